import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { assertRequestMatches } from "../../contract/support.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const IN = "https://app.example.com/in?key=c4n4ry";
const STATUS = "https://app.example.com/status#rc=2";
const VARIABLES = { SENDER_WEBHOOK_URL: IN, SENDER_STATUS_CALLBACK_URL: STATUS };
const IN_LINE = {
  callback_url: IN,
  callback_method: "POST",
  status_callback_url: STATUS,
  status_callback_method: "POST",
};

describe("the webhook of a linked number's sender", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const senderOf = (sid: string) =>
    service.simulator.twilio.state().senders.find((sender) => sender.sid === sid);
  const requestsOf = (operation: string, sid = "") =>
    service.simulator.twilio
      .requests()
      .filter((request) => request.operation === operation && request.path.includes(sid));
  const updatesOf = (sid: string) => requestsOf("senders.update", sid);
  const changesOf = (senderId: string) =>
    service.log.filter(
      (line) => line.event === "sender_webhook_changed" && line.senderId === senderId,
    );

  /** A linked number of a service that knows no webhook. */
  async function linked() {
    await service.restart();
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const { integrationId: id } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    return { ...plan, id, sid: meta.senderId ?? "", account: meta.twilioSubaccountSid ?? "" };
  }

  const untilWebhook = (sid: string, webhook: Record<string, unknown>) =>
    eventually(
      () => Promise.resolve(senderOf(sid)?.webhook),
      (shown) => isDeepStrictEqual(shown, webhook),
    );

  /** Waits until the number was looked at so many times more. */
  async function untilChecked({ account }: { account: string }, times = 3) {
    const looks = () =>
      service.simulator.twilio
        .requests()
        .filter((request) => request.account === account && request.method === "GET").length;
    const before = looks();
    await eventually(
      () => Promise.resolve(looks()),
      (count) => count >= before + times,
    );
  }

  const webhookTry = async (userId: string) =>
    (await documents().findOne({ userId }))?.work.webhook;

  test("stays as it is while no variable is set, and the start says so", async () => {
    const number = await linked();
    service.simulator.twilio.setSender(number.sid, {
      webhook: { callback_url: "https://x.example/" },
    });
    await untilChecked(number);
    expect(updatesOf(number.sid)).toEqual([]);
    expect(service.log).toContainEqual(
      expect.objectContaining({ event: "config_warning", code: "sender_webhook_missing" }),
    );
  });

  test("comes to what is set later, once, and the number stays linked", async () => {
    const number = await linked();
    await service.restart(VARIABLES);
    await untilWebhook(number.sid, IN_LINE);
    await untilChecked(number);
    expect(updatesOf(number.sid).map(({ body }) => body)).toEqual([{ webhook: IN_LINE }]);
    updatesOf(number.sid).forEach(assertRequestMatches);
    expect(changesOf(number.sid)).toEqual([
      expect.objectContaining({
        level: "info",
        integrationId: number.id,
        from: { callback: null, statusCallback: null },
        to: { callback: "app.example.com/in", statusCallback: "app.example.com/status" },
      }),
    ]);
    expect(service.logText()).not.toContain("c4n4ry");
    const { status, registration } = await getIntegration(service, number.id, number.userId);
    expect({ status, error: registration.error }).toEqual({ status: "linked", error: null });
    const document = await documents().findOne({ userId: number.userId });
    expect(document?.work).toBeDefined();
    expect([document?.work.intent, document?.work.webhook]).toEqual([undefined, undefined]);
    const { history = [] } = document?.registration ?? {};
    expect(history.filter(({ event }) => event === "sender_webhook_changed")).toHaveLength(1);
    expect(history.filter(({ event }) => event === "integration_linked")).toHaveLength(1);
  });

  test("is put right again when somebody changes it, and follows the variables", async () => {
    const number = await linked();
    await service.restart(VARIABLES);
    await untilWebhook(number.sid, IN_LINE);
    await eventually(
      () => webhookTry(number.userId),
      (tried) => tried === undefined,
    );
    service.simulator.twilio.setSender(number.sid, { webhook: { callback_method: "PUT" } });
    await untilWebhook(number.sid, IN_LINE);
    await service.restart({ ...VARIABLES, SENDER_WEBHOOK_URL: "https://new.example.com/in" });
    await untilWebhook(number.sid, { ...IN_LINE, callback_url: "https://new.example.com/in" });
    const changes = await eventually(
      () => Promise.resolve(changesOf(number.sid)),
      ({ length }) => length === 3,
    );
    expect(changes.at(-1)).toMatchObject({
      from: { callback: "app.example.com/in" },
      to: { callback: "new.example.com/in" },
    });
    await service.restart({ SENDER_STATUS_CALLBACK_URL: STATUS });
    await untilChecked(number);
    expect(updatesOf(number.sid)).toHaveLength(3);
  });

  test("keeps what no variable is about, also where the sender was adopted", async () => {
    await service.restart(VARIABLES);
    const [userId, phoneNumber, wabaId] = [newUser(), newNumber(), newWaba()];
    const { twilio } = service.simulator;
    const { sid: accountSid } = twilio.seedAccount({
      friendlyName: subaccountName("default", userId, wabaId),
    });
    const { sid } = twilio.seedSender({ accountSid, phoneNumber, wabaId });
    const former = {
      callback_url: "https://old.example.com/in",
      fallback_url: "https://old.example.com/fallback",
      fallback_method: "PUT",
    };
    twilio.setSender(sid, { webhook: former });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    await untilStatus(service, integrationId, "linked", userId);
    await eventually(
      () => Promise.resolve(senderOf(sid)?.webhook),
      (webhook) => webhook?.callback_url === IN,
    );
    expect(senderOf(sid)?.webhook).toEqual({ ...former, ...IN_LINE });
    expect(updatesOf(sid).map(({ body }) => body)).toEqual([
      { webhook: { ...former, ...IN_LINE } },
    ]);
  });

  test("is not sent again for another spelling of the same address", async () => {
    const number = await linked();
    service.simulator.twilio.setSender(number.sid, {
      webhook: { callback_url: "https://xn--caf-dma.example.com/in", callback_method: null },
    });
    await service.restart({ SENDER_WEBHOOK_URL: "HTTPS://Café.example.com:443/in" });
    await untilChecked(number);
    expect(updatesOf(number.sid)).toEqual([]);
  });

  test("is sent once where Twilio shows none", async () => {
    const number = await linked();
    service.simulator.twilio.setSender(number.sid, { webhook: null });
    await service.restart(VARIABLES);
    await untilWebhook(number.sid, IN_LINE);
    await untilChecked(number, 8);
    expect(updatesOf(number.sid)).toHaveLength(1);
    await service.restart({ ...VARIABLES, SENDER_WEBHOOK_URL: "https://new.example.com/in" });
    await untilWebhook(number.sid, { ...IN_LINE, callback_url: "https://new.example.com/in" });
  });

  test.each([
    ["before", 2],
    ["after", 1],
  ] as const)("whose change is lost %s its effect is settled by looking", async (when, sent) => {
    const number = await linked();
    service.simulator.twilio.addFault({
      operation: "senders.update",
      match: number.sid,
      kind: "error",
      status: 500,
      when,
    });
    await service.restart(VARIABLES);
    await untilWebhook(number.sid, IN_LINE);
    await eventually(
      () => documents().findOne({ userId: number.userId }),
      (found) => !found?.work.webhook && !found?.work.intent,
    );
    expect(updatesOf(number.sid)).toHaveLength(sent);
    expect(changesOf(number.sid)).toHaveLength(1);
    expect((await getIntegration(service, number.id, number.userId)).status).toBe("linked");
  });
});
