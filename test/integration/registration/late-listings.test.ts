import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Sender } from "../../../src/twilio/senders-client.ts";
import { findSender } from "../../../src/registration/steps/sender.ts";
import { settleCreation } from "../../../src/registration/steps/removals.ts";
import type { Integration } from "../../../src/integrations/integration.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

const PHONE = "+5511980000001";
const WABA = "700000000000001";
const ACCOUNT = { accountSid: "AC1", authToken: "its-own" };

describe("a list that lags behind", () => {
  let database: TestDatabase;
  let bench: ReturnType<typeof registrationBench>;
  let integration: Integration;
  let ghosts: Sender[];
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  beforeEach(async () => {
    await database.drop();
    database.connection.deleteModel(/.*/);
    bench = registrationBench(database);
    ({ integration } = await bench.upsert.apply(takenCallback()));
    // What was deleted a moment ago is still listed, but no longer there.
    ghosts = [];
    const { senders } = bench;
    senders.list = () => Promise.resolve([...senders.senders, ...ghosts]);
  });
  afterAll(() => database.close());

  const work = () => bench.work(integration, { "meta.twilioSubaccountSid": ACCOUNT.accountSid });

  function ghost(sid: string): void {
    bench.senders.add(sid, PHONE, WABA);
    const [listed] = bench.senders.senders.splice(0, 1);
    if (listed) ghosts.push({ ...listed, status: "ONLINE" });
  }

  test("shows no sender that can be adopted where it was deleted", async () => {
    ghost("XE-gone");
    expect(await findSender(await work(), ACCOUNT)).toBeUndefined();
  });

  test("does not settle a create with a sender that was deleted before", async () => {
    bench.senders.add("XE-made", PHONE, WABA);
    ghost("XE-gone");
    const claimed = await work();
    const intent = {
      id: "one",
      kind: "create_sender" as const,
      subaccountSid: ACCOUNT.accountSid,
      wabaId: WABA,
      at: new Date(),
    };
    await settleCreation(claimed, intent);
    expect((await bench.read(integration)).meta.senderId).toBe("XE-made");
  });

  test("loses no sender that works to one that was made earlier and does not", async () => {
    bench.senders.add("XE-older", PHONE, WABA);
    bench.senders.add("XE-works", PHONE, WABA);
    const [newest] = bench.senders.senders;
    if (newest) newest.status = "ONLINE";
    const claimed = await work();
    expect((await findSender(claimed, ACCOUNT))?.sid).toBe("XE-works");
    expect((await bench.read(integration)).work.sendersToRemove).toMatchObject([
      { senderId: "XE-older" },
    ]);
  });

  test("knows a number in the form that Twilio wrote it in before", async () => {
    await database.drop();
    const mexican = takenCallback({ phoneNumber: "+525512345678" });
    ({ integration } = await bench.upsert.apply(mexican));
    bench.senders.add("XE-mexican", "+5215512345678", WABA);
    expect((await findSender(await work(), ACCOUNT))?.sid).toBe("XE-mexican");
  });
});

describe("a subaccount that Twilio does not show for a moment", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test("is waited for; a second number of the pair makes no second one", async () => {
    const [userId, wabaId] = [newUser(), newWaba()];
    const signUp = () => completeSignup(service, { userId, wabaId, phoneNumber: newNumber() });
    const first = await signUp();
    const { meta } = await untilStatus(service, first.integrationId, "linked", userId);
    const before = service.simulator.twilio.state().accounts.length;
    const sid = meta.twilioSubaccountSid ?? "";
    for (const operation of ["accounts.fetch", "accounts.list"] as const) {
      service.simulator.twilio.addFault({
        operation,
        kind: "error",
        status: 404,
        code: 20404,
        ...(operation === "accounts.fetch" ? { match: sid } : {}),
      });
    }
    const second = await signUp();
    const linked = await untilStatus(service, second.integrationId, "linked", userId);
    expect(linked.meta.twilioSubaccountSid).toBe(sid);
    expect(service.simulator.twilio.state().accounts).toHaveLength(before);
    const record = await service.database.connection
      .collection("twilio_subaccounts")
      .findOne({ sid });
    expect(record).not.toHaveProperty("missingSince");
  });

  test("finds the holds of an owner's WABA by an index", async () => {
    const indexes = await service.database.connection.collection("number_holds").indexes();
    expect(indexes.map(({ key }) => key)).toContainEqual({ userId: 1, wabaId: 1 });
  });
});
