import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import type { ImportResult } from "../../../src/operator/legacy-imports.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { importLegacyOf, REASON } from "./import-legacy.ts";
import { older, PLANTED } from "./older-service.ts";
import { ops } from "./run.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const documents = () => service.database.connection.collection("integrations");
const { stored, run, apply, undo } = importLegacyOf(() => service);

const results = async (...typed: string[]) =>
  JSON.parse((await run(...typed, "--json")).out) as ImportResult[];

describe("ops import-legacy", () => {
  test("lists what it would do, asks Twilio, and changes nothing", async () => {
    const { _id, id, document, wabaId, phoneNumber, accountSid, sender, userId } =
      await older(service);
    const { out } = await run();
    expect(out).toContain(
      `${id} can be converted with --apply\n  owner ${userId}, WABA ${wabaId}, ${phoneNumber}, subaccount ${accountSid}, sender ${sender.sid}, ONLINE\n  secrets in: apiToken, meta.subaccountAuthToken, meta.accessToken, meta.nested.0.webhook\n`,
    );
    expect(await stored(_id)).toEqual(document);
    expect(
      await service.database.connection.collection("legacy_imports").findOne({ _id }),
    ).toBeNull();
    const writes = service.simulator.twilio
      .requests()
      .filter(({ account, method }) => account === accountSid && method !== "GET");
    expect(writes).toEqual([]);
  });

  test("converts, takes the tokens out everywhere, and links what Twilio shows ONLINE", async () => {
    const { _id, id, document, wabaId, phoneNumber, accountSid, sender, userId } =
      await older(service);
    const { out, log } = await apply(id);
    expect(out).toContain(`${id} is converted; the running service looks whether its sender works`);
    expect(log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "import_legacy",
        integrationId: id,
        userId,
        reason: REASON,
        phoneNumber: expect.stringContaining("•"),
      }),
    );
    const linked = await untilStatus(service, id, "linked", userId);
    expect(linked).toMatchObject({
      externalId: phoneNumber,
      meta: {
        wabaId,
        twilioSubaccountSid: accountSid,
        senderId: sender.sid,
        wabaProof: "twilio",
        registeredVia: "twilio_embedded_signup",
      },
    });
    const after = await stored(_id);
    expect(after).toMatchObject({ label: "Recepção", createdAt: document.createdAt });
    expect(after).not.toHaveProperty("apiToken");
    expect(after?.meta).not.toHaveProperty("accessToken");
    expect(service.logText()).not.toContain(PLANTED);
    const repeated = await run(id, "--apply", "--reason", REASON);
    expect(repeated.out).toBe("No document of an earlier service.\n");
    const held = await service.database.connection
      .collection<{ _id: string }>("number_holds")
      .findOne({ _id: phoneNumber });
    expect(held).toMatchObject({ userId, integrationId: id });
  });

  test("is pending, whatever the document said, until the worker has looked", async () => {
    await service.restart({ WORKER_ENABLED: "false" });
    const { id, userId } = await older(service);
    await apply(id);
    const { status, registration } = await getIntegration(service, id, userId);
    expect([status, registration.step, registration.waitingFor]).toEqual([
      "pending",
      "online",
      "twilio",
    ]);
    await service.restart();
    await untilStatus(service, id, "linked", userId);
  });

  test("claims nothing that Twilio does not show: an OFFLINE sender is not linked", async () => {
    const { id, sender, userId } = await older(service);
    service.simulator.twilio.setSender(sender.sid, { status: "OFFLINE" });
    await apply(id);
    const { registration } = await untilStatus(service, id, "error", userId);
    expect(registration.error).toMatchObject({ code: "sender_offline" });
    const made = service.simulator.twilio
      .state()
      .senders.filter(({ senderId }) => senderId === sender.senderId);
    expect(made).toHaveLength(1);
  });

  test("a number's own document that says linked frees the way for its owner", async () => {
    const phoneNumber = newNumber();
    const wabaId = newWaba();
    const { sid: accountSid } = service.simulator.twilio.seedAccount({});
    service.simulator.twilio.seedSender({ accountSid, phoneNumber, wabaId });
    const userId = newUser();
    const _id = new Types.ObjectId();
    await documents().insertOne({
      _id,
      userId,
      provider: "whatsapp",
      externalId: phoneNumber,
      status: "linked",
      meta: { wabaId, accountSid },
    });
    await apply(String(_id));
    await untilStatus(service, String(_id), "linked", userId);
  });

  test("an owner's ObjectId becomes its text, and undone it is an ObjectId again", async () => {
    const owner = new Types.ObjectId();
    const { _id, id } = await older(service, { userId: owner });
    await apply(id);
    await untilStatus(service, id, "linked", String(owner));
    await undo(id);
    expect((await stored(_id))?.userId).toEqual(owner);
  });

  test("says what is missing and which argument gives it", async () => {
    const bare = await older(service, {
      userId: 42,
      externalId: "not-a-waba",
      meta: { subaccountSid: "gone", twilioAccountSid: "gone" },
    });
    const [result] = await results(bare.id);
    expect(result).toMatchObject({ outcome: "incomplete" });
    const told = result?.missing.map(({ what, how }) => `${what}: ${how}`).join("\n");
    expect(told).toMatch(/owner: --user .*\nwaba: .*--waba .*\nsubaccount: .*--subaccount/);
    const { accountSid, wabaId, phoneNumber, id } = bare;
    const userId = newUser();
    const given = ["--user", userId, "--waba", wabaId, "--subaccount", accountSid];
    await apply(id, ...given, "--number", phoneNumber);
    await untilStatus(service, id, "linked", userId);
  });

  test("asks which number where the WABA has several", async () => {
    const { id, accountSid, wabaId, userId } = await older(service);
    const second = newNumber();
    service.simulator.twilio.seedSender({ accountSid, phoneNumber: second, wabaId });
    const [result] = await results(id);
    expect(result?.missing).toEqual([
      { what: "number", how: expect.stringContaining(`--number is one of`) },
    ]);
    await apply(id, "--number", second);
    expect((await untilStatus(service, id, "linked", userId)).externalId).toBe(second);
  });

  test.each([
    ["a parent's SID", () => PARENT_SID, /no subaccount of yours/],
    ["nobody's SID", () => `AC${"9".repeat(32)}`, /no subaccount of yours/],
    [
      "an account without such a sender",
      () => service.simulator.twilio.seedAccount({}).sid,
      /Twilio shows no sender of the WABA/,
    ],
  ])("does not believe %s", async (_what, sid, message) => {
    const { _id, id, document } = await older(service);
    const [result] = await results(id, "--subaccount", sid(), "--apply", "--reason", REASON);
    expect(result).toMatchObject({ outcome: "incomplete" });
    expect(result?.missing[0]?.how).toMatch(message);
    expect(await stored(_id)).toEqual(document);
  });

  test("leaves a document whose id is no ObjectId, which an integration's is", async () => {
    const { document } = await older(service);
    const _id = `shop-${String(document._id)}`;
    await documents().insertOne({ ...document, externalId: newWaba(), _id } as never);
    const all = await results("--apply", "--reason", REASON);
    expect(all.find(({ id }) => id === _id)).toMatchObject({
      outcome: "in_the_way",
      obstacle: expect.stringContaining("ObjectId"),
    });
    expect(await documents().findOne({ _id: _id as never })).toMatchObject({ status: "linked" });
  });

  test("leaves alone what is in the way, and says what it is", async () => {
    const userId = newUser();
    const plan = { userId, wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    const same = await older(service, { userId, phoneNumber: plan.phoneNumber });
    expect((await results(same.id))[0]).toMatchObject({
      outcome: "in_the_way",
      obstacle: `the owner has this number already, as integration ${integrationId}`,
    });
    const others = await older(service, { externalId: plan.wabaId });
    const accountSid = meta.twilioSubaccountSid ?? "";
    expect((await results(others.id, "--subaccount", accountSid))[0]).toMatchObject({
      outcome: "in_the_way",
      obstacle: expect.stringContaining("is on record for another owner or WABA"),
    });
    service.simulator.twilio.addFault({
      operation: "senders.list",
      kind: "error",
      status: 503,
      times: 1,
    });
    const away = await older(service);
    expect((await results(away.id))[0]).toMatchObject({
      outcome: "in_the_way",
      obstacle: expect.stringContaining("repeat it later"),
    });
  });
});

describe("import-legacy", () => {
  test.each([
    [["--number", "+5511987654321"], "Which document?"],
    [["nonsense"], "nonsense is no document's id"],
    [["--apply"], "--reason is missing"],
    [["--undo"], "--reason is missing"],
    [["--apply", "--undo", "--reason", "x"], "not both"],
    [["6b0a1b7ba9ae78d841f18d18", "--waba", "x"], "x is no WABA's id"],
    [["6b0a1b7ba9ae78d841f18d18", "--subaccount", "AC1"], "--subaccount is a SID"],
  ])("%j is a mistake in the command", async (typed, message) => {
    const { code, warnings } = await ops(service, "import-legacy", ...typed);
    expect([code, warnings[0]]).toEqual([2, expect.stringContaining(message)]);
  });
});
