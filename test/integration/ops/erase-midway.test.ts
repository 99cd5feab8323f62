import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../../src/clock.ts";
import { OlderDocuments } from "../../../src/integrations/older-documents.ts";
import { buildModels, type Models } from "../../../src/models.ts";
import { IntegrationUpsert } from "../../../src/onboarding/integration-upsert.ts";
import { sha256 } from "../../../src/tokens.ts";
import { newMobile, newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { livingSenders, mentions } from "./owner-with-everything.ts";
import { ops } from "./run.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const erase = (userId: string) => ops(service, "erase", "--user", userId, "--reason", "asked to");
let built: Models | undefined;
const models = () => (built ??= buildModels(service.database.connection));
/** An erasure whose process was killed when it had stored it. */
const begun = (userId: string) => ({
  _id: sha256(userId),
  userId,
  reason: "asked to",
  requestedAt: new Date(),
  subaccounts: [],
});
const isForgotten = async (userId: string) => (await mentions(service, userId)).length === 0;
const untilForgotten = (userId: string) =>
  eventually(
    () => isForgotten(userId),
    (isDone) => isDone,
  );

/** In the order in which they are deleted. */
const COLLECTIONS = [
  "signup_sessions",
  "line_spellings",
  "number_holds",
  "waba_holds",
  "twilio_subaccounts",
  "integrations",
];

describe("an erasure", () => {
  test("is finished wherever the process that deleted was killed", async () => {
    const owners = await Promise.all(
      COLLECTIONS.map(async () => {
        const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newMobile().today };
        const { integrationId } = await completeSignup(service, plan);
        await untilStatus(service, integrationId, "linked", plan.userId);
        return { ...plan, integrationId };
      }),
    );
    for (const { userId, integrationId } of owners) {
      await ops(service, "disconnect", integrationId, "--reason", "asked to");
      await untilStatus(service, integrationId, "disconnected", userId);
    }
    await service.stopService();
    const { connection } = service.database;
    for (const [deleted, { userId }] of owners.entries()) {
      await models().erasures.create(begun(userId));
      for (const name of COLLECTIONS.slice(0, deleted + 1)) {
        await connection.collection(name).deleteMany({ userId });
      }
    }
    await service.restart();
    await Promise.all(owners.map(({ userId }) => untilForgotten(userId)));
    const numbers = owners.map(({ phoneNumber }) => phoneNumber);
    expect(livingSenders(service, numbers)).toEqual([]);
  });

  test("that was killed right after it was stored disconnects all the same", async () => {
    const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", plan.userId);
    const { erasures } = models();
    await erasures.create(begun(plan.userId));
    await eventually(
      () => erasures.findById(sha256(plan.userId)).lean(),
      (erasure) => erasure?.completedAt !== undefined,
    );
    expect(livingSenders(service, [plan.phoneNumber])).toEqual([]);
    expect(await mentions(service, plan.userId)).toEqual([]);
  });

  test("takes back what a callback writes that was under way when the rest was deleted", async () => {
    const [userId, phoneNumber, wabaId] = [newUser(), newNumber(), newWaba()];
    const { sessionId } = await createSession(service, { userId, phoneNumber });
    expect((await erase(userId)).code).toBe(0);
    expect(await mentions(service, userId)).toEqual(["erasures"]);
    const { integrations: model, spellings } = models();
    const older = new OlderDocuments(model);
    const late = new IntegrationUpsert({
      model,
      older,
      spellings,
      clock: systemClock,
      deadlineMs: 60_000,
    });
    const takenAt = new Date();
    const { outcome } = await late.apply({
      userId,
      phoneNumber,
      wabaId,
      displayName: "Panadería Sol",
      numberAssigned: false,
      target: { sessionId, takenAt, sessionCreatedAt: takenAt, numberShown: false },
      phoneNumberType: "sms_capable",
      wabaProof: "twilio",
    });
    expect(outcome).toBe("created");
    await untilForgotten(userId);
    expect(livingSenders(service, [phoneNumber])).toEqual([]);
    expect((await erase(userId)).out).toContain("was erased at");
  });

  test("waits for a person where Twilio refuses, and goes on when it is repeated", async () => {
    const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", plan.userId);
    const sid = meta.twilioSubaccountSid ?? "";
    service.simulator.twilio.setAccountStatus(sid, "suspended");
    await erase(plan.userId);
    await untilStatus(service, integrationId, "error", plan.userId);
    const stuck = await ops(service, "find", plan.userId, "--json");
    expect(stuck.out).toContain("subaccount_suspended");
    service.simulator.twilio.setAccountStatus(sid, "active");
    const { out } = await erase(plan.userId);
    expect(out).toContain(`(integration ${integrationId})`);
    await untilForgotten(plan.userId);
    expect(livingSenders(service, [plan.phoneNumber])).toEqual([]);
  });
});
