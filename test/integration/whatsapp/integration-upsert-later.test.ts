import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import {
  dyingProcess,
  sessions,
  startedSession,
  storedSession,
  target,
  type Started,
} from "./callback.ts";
import {
  change,
  finish,
  integrationOf,
  SUBACCOUNT,
  twoSignups,
  withSender,
} from "./integration.ts";

let service: TestService;
let takeAndDie: ReturnType<typeof dyingProcess>;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
  takeAndDie = dyingProcess(service);
});
afterAll(() => service.close());

describe("a later callback with the same WABA", () => {
  test("starts a pending registration anew and keeps what it has", async () => {
    const { userId, two, wabaId } = await twoSignups(service, { FacebookBusinessId: "98765" });
    await withSender(service, userId, "pending");
    await finish(two).expect(200);
    const integration = await integrationOf(service, userId);
    expect(integration).toMatchObject({
      status: "pending",
      meta: {
        wabaId,
        facebookBusinessId: "98765",
        twilioSubaccountSid: SUBACCOUNT,
        senderId: "XE1",
      },
      registration: {
        generation: 2,
        target: { sessionId: two.sessionId },
        step: "subaccount",
        attempts: 0,
        formerSubaccounts: [],
      },
      work: { polls: 0, sendersToRemove: [] },
    });
    expect(integration.registration).not.toHaveProperty("error");
    expect(integration.registration).not.toHaveProperty("senderStatus");
  });

  test("leaves a linked number linked and learns what is new", async () => {
    const { userId, two } = await twoSignups(service, { FacebookBusinessId: "98765" });
    await withSender(service, userId, "linked");
    await finish(two, { phoneNumberId: "12345" }).expect(200);
    expect(await integrationOf(service, userId)).toMatchObject({
      status: "linked",
      meta: { facebookBusinessId: "98765", senderId: "XE1", phoneNumberId: "12345" },
      registration: {
        generation: 2,
        step: "done",
        senderStatus: "ONLINE",
        target: { sessionId: two.sessionId },
      },
    });
  });

  test("writes a new business and name over the old ones", async () => {
    const { userId, phoneNumber, wabaId } = await twoSignups(service, {
      FacebookBusinessId: "98765",
    });
    const session = { displayName: "Luna" };
    const renamed = await startedSession(service, { userId, phoneNumber, wabaId, session });
    await finish(renamed, { FacebookBusinessId: "12345" }).expect(200);
    expect(await integrationOf(service, userId)).toMatchObject({
      meta: { facebookBusinessId: "12345" },
      registration: { displayName: "Luna" },
    });
  });

  test.each(["error", "disconnected"])("brings one in %s back to pending", async (status) => {
    const { userId, two } = await twoSignups(service);
    await withSender(service, userId, status);
    await change(service, userId, { "registration.disconnectedAt": new Date(Date.now() - 1_000) });
    await finish(two).expect(200);
    const integration = await integrationOf(service, userId);
    expect(integration).toMatchObject({ status: "pending", registration: { step: "subaccount" } });
    for (const gone of ["error", "disconnectedAt", "nextAttemptAt"]) {
      expect(integration.registration).not.toHaveProperty(gone);
    }
  });
});

describe("a later callback with another WABA", () => {
  test.each(["pending", "error"])("replaces meta as one set while %s", async (status) => {
    const { userId, two } = await twoSignups(service, {
      FacebookBusinessId: "98765",
      phoneNumberId: "12345",
    });
    await withSender(service, userId, status);
    const wabaId = newWaba();
    await finish(two, { WhatsAppBusinessAccountId: wabaId }).expect(200);
    const integration = await integrationOf(service, userId);
    expect(integration.meta).toEqual({
      wabaId,
      registeredVia: "twilio_embedded_signup",
      phoneNumberType: "sms_capable",
      wabaProof: "twilio",
    });
    expect(integration).toMatchObject({
      status: "pending",
      registration: {
        generation: 2,
        formerSubaccounts: [{ sid: SUBACCOUNT, released: false }],
      },
      work: { sendersToRemove: [{ subaccountSid: SUBACCOUNT, senderId: "XE1" }] },
    });
  });

  test("may not touch a linked number, and the session stays as it was", async () => {
    const { userId, two } = await twoSignups(service);
    await withSender(service, userId, "linked");
    const before = await integrationOf(service, userId);
    const other = { WhatsAppBusinessAccountId: newWaba() };
    expect(problemIn(await finish(two, other))).toBe("409 number_already_linked");
    const redirected = await two.visitor.callback({ ...two.values, ...other });
    expect(target(redirected.headers.location).parameters).toMatchObject({
      code: "number_already_linked",
      sessionId: two.sessionId,
    });
    expect(await integrationOf(service, userId)).toEqual(before);
    expect(await storedSession(service, two.sessionId)).toMatchObject({ status: "opened" });
    await finish(two).expect(200);
  });

  test("that was taken before the number became linked gives its session back", async () => {
    const { userId, two } = await twoSignups(service);
    const wabaId = newWaba();
    await takeAndDie(two, wabaId);
    await withSender(service, userId, "linked");
    const before = await integrationOf(service, userId);
    const late = await finish(two, { WhatsAppBusinessAccountId: wabaId });
    expect(problemIn(late)).toBe("409 number_already_linked");
    expect(await integrationOf(service, userId)).toEqual(before);
    const session = await storedSession(service, two.sessionId);
    expect(session.status).toBe("failed");
    for (const gone of ["callback", "proof", "takenAt", "awaitsIntegrationSince"]) {
      expect(session).not.toHaveProperty(gone);
    }
    await two.visitor.start(two.payload).expect(200);
    await finish(two).expect(200);
  });
});

describe("a callback that comes late", () => {
  test("after a newer one changes nothing and still names the integration", async () => {
    const { userId, phoneNumber, two, one, wabaId } = await twoSignups(service);
    await takeAndDie(two, newWaba());
    const three = await startedSession(service, { userId, phoneNumber, wabaId });
    await finish(three).expect(200);
    const before = await integrationOf(service, userId);
    const taken = (await storedSession(service, two.sessionId)).callback?.wabaId ?? "";
    const late = await finish(two, { WhatsAppBusinessAccountId: taken });
    expect(late.status).toBe(200);
    expect(await integrationOf(service, userId)).toEqual(before);
    const { integrationId } = await storedSession(service, one.sessionId);
    expect(late.body).toMatchObject({ integrationId });
  });

  test("after a disconnect changes nothing", async () => {
    const { userId, two, wabaId } = await twoSignups(service);
    await takeAndDie(two, wabaId);
    await change(service, userId, {
      status: "disconnected",
      "registration.disconnectedAt": new Date(Date.now() + 1_000),
    });
    const before = await integrationOf(service, userId);
    await finish(two).expect(200);
    expect(await integrationOf(service, userId)).toEqual(before);
  });
});

describe("callbacks of many sessions for one number", () => {
  test("at the same moment leave one integration that follows the last taken", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const all: Started[] = [];
    for (let i = 0; i < 12; i += 1) {
      all.push(await startedSession(service, { userId, phoneNumber, wabaId: newWaba() }));
    }
    const answers = await Promise.all(all.map((session) => finish(session)));
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 200));
    const ids = answers.map(({ body }) => (body as { integrationId: string }).integrationId);
    expect(new Set(ids).size).toBe(1);
    const found = await sessions(service).find({ userId }).toArray();
    const last = Math.max(...found.map(({ takenAt }) => takenAt?.getTime() ?? 0));
    const { meta, registration } = await integrationOf(service, userId);
    const winner = found.find(({ _id }) => _id === registration.target.sessionId);
    expect(winner?.takenAt?.getTime()).toBe(last);
    expect(meta.wabaId).toBe(winner?.callback?.wabaId);
  });
});
