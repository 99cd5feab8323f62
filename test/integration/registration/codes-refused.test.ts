import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("codes that Twilio refuses at once", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const documents = () => service.database.connection.collection<Integration>("integrations");
  const updates = () =>
    service.simulator.twilio.requests().filter(({ operation }) => operation === "senders.update");

  async function untilCodeIsDue(digits: string, scenario: object = {}) {
    const userId = `refused-${digits}`;
    const phoneNumber = `+55119360000${digits}`;
    service.simulator.twilio.setScenario(phoneNumber, {
      kind: "code",
      code: "482913",
      wrongCode: "refused",
      wrongTriesAllowed: 50,
      ...scenario,
    });
    const { integrationId: id } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId: `7360000000000${digits}`,
      session: { phoneNumberType: "byo" },
    });
    const { meta } = await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.step === "verification",
    );
    return { userId, id, senderId: meta.senderId ?? "", sid: meta.twilioSubaccountSid ?? "" };
  }

  async function send(userId: string, path: string, body: object) {
    return service.http
      .post(`/whatsapp/integrations/${path}`)
      .set("Authorization", await service.bearer(userId))
      .send(body);
  }

  test("are told, counted and not handed on after seven; a new code changes nothing", async () => {
    const { userId, id } = await untilCodeIsDue("01");
    const before = updates().length;
    for (let tries = 0; tries < 7; tries += 1) {
      expect((await send(userId, `${id}/verification`, { code: "000000" })).body).toMatchObject({
        status: "pending",
        registration: { step: "verification", error: { code: "verification_code_wrong" } },
      });
    }
    const again = await send(userId, `${id}/verification/resend`, { method: "sms" });
    expect(again.status).toBe(202);
    for (const code of ["000000", "482913"]) {
      const eighth = await send(userId, `${id}/verification`, { code });
      expect(problemIn(eighth)).toBe("409 too_many_codes");
      const seconds = Number(eighth.headers["retry-after"]);
      expect(seconds).toBeGreaterThan(86_000);
      expect(seconds).toBeLessThanOrEqual(86_400);
    }
    expect(updates()).toHaveLength(before + 8);
  });

  test("a request for a new code that is refused is not a wrong code", async () => {
    const { userId, id, senderId } = await untilCodeIsDue("02");
    service.simulator.twilio.addFault({
      operation: "senders.update",
      kind: "error",
      status: 400,
      code: 63100,
      match: senderId,
    });
    const answer = await send(userId, `${id}/verification/resend`, { method: "sms" });
    expect(answer.body).toMatchObject({
      registration: { error: { code: "twilio_request_refused", providerCode: "63100" } },
    });
    const { registration, work } = (await documents().findOne({ userId })) ?? {};
    expect(registration?.verification?.submittedAt).toBeUndefined();
    expect(work?.intent).toBeUndefined();
  });

  test("63114 stops codes and requests for twelve hours and says for how long", async () => {
    const { userId, id } = await untilCodeIsDue("03", { wrongTriesAllowed: 0 });
    const told = await send(userId, `${id}/verification`, { code: "000000" });
    expect(told.body).toMatchObject({ registration: { error: { code: "too_many_codes" } } });
    const before = updates().length;
    for (const [path, body] of [
      ["verification", { code: "482913" }],
      ["verification/resend", { method: "voice" }],
    ] as const) {
      const answer = await send(userId, `${id}/${path}`, body);
      expect(answer.body).toMatchObject({ code: "too_many_codes" });
      const seconds = Number(answer.headers["retry-after"]);
      expect(seconds).toBeGreaterThan(43_000);
      expect(seconds).toBeLessThanOrEqual(43_200);
    }
    expect(updates()).toHaveLength(before);
  });

  test("an outage is told to the caller and leaves the intent to be settled", async () => {
    const { userId, id, senderId } = await untilCodeIsDue("04");
    service.simulator.twilio.addFault({
      operation: "senders.update",
      kind: "error",
      when: "after",
      match: senderId,
    });
    const answer = await send(userId, `${id}/verification`, { code: "482913" });
    expect(answer.body).toMatchObject({ status: 503, code: "twilio_unavailable" });
    expect(answer.body).not.toHaveProperty("operation");
    expect(
      service.log.filter((line) => line.userId === userId && line.code === "twilio_unavailable"),
    ).toEqual([
      expect.objectContaining({ level: "error", operation: "update sender", providerStatus: 503 }),
    ]);
    const intent = (await documents().findOne({ userId }))?.work.intent;
    expect(intent).toMatchObject({ kind: "update_sender", senderId });
    const meanwhile = await send(userId, `${id}/verification`, { code: "482913" });
    expect(meanwhile.body).toMatchObject({ code: "busy", retryable: true });
    await untilStatus(service, id, "linked", userId);
  });

  test("what Twilio asks to wait is waited and told", async () => {
    const { userId, id, senderId } = await untilCodeIsDue("06");
    service.simulator.twilio.addFault({
      operation: "senders.update",
      kind: "rate_limit",
      retryAfterSeconds: 30,
      match: senderId,
    });
    const answer = await send(userId, `${id}/verification`, { code: "482913" });
    expect(answer.headers["retry-after"]).toBe("30");
    const { work } = (await documents().findOne({ userId })) ?? {};
    expect(work?.dueAt?.getTime()).toBeGreaterThan(Date.now() + 20_000);
  });

  test("a token that was replaced at Twilio is read anew for the next code", async () => {
    const { userId, id, sid } = await untilCodeIsDue("05");
    const account = service.simulator.twilio.state().accounts.find((one) => one.sid === sid);
    if (account) account.authToken = "the-promoted-token";
    const first = await send(userId, `${id}/verification`, { code: "482913" });
    const [code] = [(first.body as { registration?: { error: { code: string } } }).registration];
    expect([undefined, "twilio_credentials_rejected"]).toContain(code?.error?.code);
    await send(userId, `${id}/verification`, { code: "482913" });
    await untilStatus(service, id, "linked", userId);
  });
});
