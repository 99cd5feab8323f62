import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { dumpText } from "../../support/dump.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { integrations, startedSession, storedSession, target } from "./callback.ts";
import {
  APP_SECRET,
  codeFrom,
  operationsOf,
  phoneNumberIdFrom,
  popupDone,
  throughPopup,
  tracesOf,
} from "./popup.ts";

/** The tokens of these tests outlive the moved clock. */
const claims = { exp: 4_000_000_000 };
const clock = new MovableClock();

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    clock,
    env: { WORKER_ENABLED: "false", META_APP_SECRET: APP_SECRET },
  });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

const operations = () => operationsOf(service);
const fault = (given: Fault) => service.simulator.meta.addFault(given);

describe("while Meta is down", () => {
  const down: Fault[] = [
    { operation: "graph.access_token", kind: "error", status: 500 },
    { operation: "graph.access_token", kind: "rate_limit" },
    { operation: "graph.access_token", kind: "reset" },
    { operation: "graph.access_token", kind: "malformed", when: "before" },
    { operation: "graph.access_token", kind: "error", status: 400, code: 4 },
    { operation: "graph.debug_token", kind: "error", status: 503 },
    { operation: "graph.debug_token", kind: "error", status: 403, code: 613 },
    { operation: "graph.phone_numbers", kind: "reset" },
  ];

  test.each(down)("a callback is refused and takes nothing: %j", async (given) => {
    const session = await popupDone(service, {}, { claims });
    const { visitor, values, code, result } = session;
    fault(given);
    const phoneNumberId = phoneNumberIdFrom(result);
    const response = await visitor.postCallback({ ...values, code, phoneNumberId });
    expect(problemIn(response)).toBe("503 meta_unavailable");
    expect(response.text).not.toContain(code);
    expect(await tracesOf(service, session)).toEqual([]);
    expect((await dumpText(service.database)) + service.logText()).not.toContain(code);
    const fresh = codeFrom(throughPopup(service, { wabaId: session.wabaId }));
    await visitor.postCallback({ ...values, code: fresh, phoneNumberId }).expect(200);
  });
});

describe("while one callback asks Meta", () => {
  test("others wait and get its answer, and the code is exchanged once", async () => {
    const { visitor, values, code, userId } = await popupDone(service, {}, { claims });
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => visitor.postCallback({ ...values, code })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(operations()).toEqual(["graph.access_token", "graph.debug_token"]);
    expect(await integrations(service).countDocuments({ userId })).toBe(1);
  });

  test("another one with a good code goes on where the first is refused", async () => {
    const { visitor, values, code } = await popupDone(service, {}, { claims });
    fault({ operation: "graph.access_token", kind: "slow", ms: 2_500 });
    const first = visitor.postCallback({ ...values, code: "AQwrong" }).then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 0,
    );
    const second = await visitor.postCallback({ ...values, code });
    expect(problemIn(await first)).toBe("400 waba_proof_missing");
    expect(second.status).toBe(200);
  });

  test("others are told after 10 s that it takes too long", async () => {
    const { visitor, values, code } = await popupDone(service, {}, { claims });
    fault({ operation: "graph.access_token", kind: "hang" });
    const first = visitor.postCallback({ ...values, code }).then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 0,
    );
    const second = visitor.postCallback({ ...values, code }).then((answer) => answer);
    await sleep(100);
    clock.advance(10_001);
    const busy = await second;
    expect(problemIn(busy)).toBe("409 busy");
    service.simulator.reset();
    expect(problemIn(await first)).toBe("503 meta_unavailable");
  });

  test("a revoked session is not taken", async () => {
    const session = await popupDone(service, {}, { claims });
    const { visitor, values, code, sessionId, userId } = session;
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const pending = visitor.postCallback({ ...values, code }).then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 1,
    );
    await service.http
      .delete(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await service.bearer(userId, claims))
      .expect(204);
    expect(problemIn(await pending)).toBe("410 session_revoked");
    expect(await integrations(service).countDocuments({ userId })).toBe(0);
  });

  test("a session is not taken by a browser from which the owner has released it", async () => {
    const session = await popupDone(service, {}, { claims });
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const values = { ...session.values, code: session.code };
    const pending = session.visitor.postCallback(values).then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 1,
    );
    await service.http
      .post(`/whatsapp/signup-sessions/${session.sessionId}/release`)
      .set("Authorization", await service.bearer(session.userId, claims))
      .expect(204);
    expect(problemIn(await pending)).toBe("403 browser_mismatch");
    expect(await tracesOf(service, session)).toEqual(["created"]);
  });

  test("such a browser is sent to the configured page, as any other is", async () => {
    const failureUrl = `${FRONTEND_URL}/of-this-session`;
    const session = await popupDone(service, {}, { claims, session: { failureUrl } });
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const values = { ...session.values, code: session.code };
    const pending = session.visitor
      .postCallback(values)
      .set("Accept", "text/html")
      .then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 1,
    );
    await service.http
      .post(`/whatsapp/signup-sessions/${session.sessionId}/release`)
      .set("Authorization", await service.bearer(session.userId, claims))
      .expect(204);
    const { to, parameters } = target((await pending).headers.location);
    expect(to).toBe(`${FRONTEND_URL}/dashboard/integrations/connect/whatsapp/error`);
    expect(Object.keys(parameters)).toEqual(["code", "msg"]);
  });

  test("a session that gets another number in a browser is not taken with the owner's", async () => {
    const { signupUrl, sessionId } = await createSession(service, {
      userId: "owner-of-two",
      claims,
      session: { phoneNumber: undefined },
    });
    const payload = new URL(signupUrl).searchParams.get("payload") ?? "";
    const wabaId = newWaba();
    const code = codeFrom(throughPopup(service, { wabaId }));
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const owner = await service.bearer("owner-of-two", claims);
    const values = { payload, WhatsAppBusinessAccountId: wabaId, code, TwilioNumber: newNumber() };
    const pending = service.http
      .post("/whatsapp/onboarding-callback")
      .set("Authorization", owner)
      .set("Accept", "application/json")
      .send(values)
      .then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 1,
    );
    const visitor = service.visitor();
    await visitor.open(signupUrl);
    await visitor.start(payload, { phoneNumber: newNumber() }).expect(200);
    expect(problemIn(await pending)).toBe("409 phone_number_mismatch");
    expect(await storedSession(service, sessionId)).toMatchObject({ status: "opened" });
  });

  test("a session whose time runs out meanwhile is not taken", async () => {
    const session = await popupDone(service, {}, { claims });
    fault({ operation: "graph.debug_token", kind: "slow", ms: 2_500 });
    const values = { ...session.values, code: session.code };
    const pending = session.visitor.postCallback(values).then((answer) => answer);
    await eventually(
      () => Promise.resolve(operations()),
      (seen) => seen.length > 1,
    );
    clock.set(new Date(clock.now().getTime() + 60 * 60_000));
    expect(problemIn(await pending)).toBe("410 session_expired");
    expect(await tracesOf(service, session)).toEqual([]);
  });

  test("a process that dies holds the session for 15 s at most", async () => {
    const session = await popupDone(service, {}, { claims });
    const { visitor, values, code, sessionId } = session;
    const until = new Date(clock.now().getTime() + 15_000);
    const hold = { token: "of-a-dead-process", until };
    await service.database.connection
      .collection<{ _id: string }>("signup_sessions")
      .updateOne({ _id: sessionId }, { $set: { hold } });
    const waiting = visitor.postCallback({ ...values, code }).then((answer) => answer);
    await sleep(100);
    expect(operations()).toEqual([]);
    clock.set(until);
    expect((await waiting).status).toBe(200);
  });
});

describe("with Meta's proof a linked number", () => {
  test("moves to another WABA only where Meta shows the number in it", async () => {
    const { visitor, values, code, userId, phoneNumber } = await popupDone(service, {}, { claims });
    await visitor.postCallback({ ...values, code }).expect(200);
    await integrations(service).updateOne(
      { userId },
      { $set: { status: "linked", "meta.twilioSubaccountSid": "AC1", "meta.senderId": "XE1" } },
    );
    const wabaId = newWaba();
    const session = await startedSession(service, { claims, userId, phoneNumber, wabaId });
    const result = throughPopup(service, { wabaId, phoneNumber });
    const unshown = { ...session.values, code: codeFrom(result) };
    const refused = await session.visitor.postCallback(unshown);
    expect(problemIn(refused)).toBe("409 number_already_linked");
    const again = throughPopup(service, { wabaId, phoneNumber });
    const shown = { code: codeFrom(again), phoneNumberId: phoneNumberIdFrom(again) };
    await session.visitor.postCallback({ ...session.values, ...shown }).expect(200);
    expect(await integrations(service).findOne({ userId })).toMatchObject({
      status: "pending",
      meta: {
        wabaId,
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "sms_capable",
        wabaProof: "meta",
        phoneNumberId: shown.phoneNumberId,
      },
      work: { sendersToRemove: [{ subaccountSid: "AC1", senderId: "XE1" }] },
    });
  });
});

describe("in redirect mode", () => {
  test("the secret demands no proof, since there is no code to prove it with", async () => {
    await service.restart({ SIGNUP_MODE: "redirect" });
    const session = await startedSession(service, { claims });
    await session.visitor.callback(session.values).expect(303);
    expect(await integrations(service).findOne({ userId: session.userId })).toMatchObject({
      meta: { wabaProof: "twilio" },
    });
    expect(operations()).toEqual([]);
  });
});
