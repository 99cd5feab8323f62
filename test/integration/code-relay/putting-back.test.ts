import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import {
  codeFor,
  finish,
  FORMER,
  META_SMS,
  numberOf,
  relayOf,
  relaying,
  SMS_PATH,
  started,
  untilJoined,
  untilLookedAt,
  untilOver,
  webhooksOf,
} from "./relayed-signup.ts";

type Signup = Awaited<ReturnType<typeof relaying>>;

let service: TestService;
const clock = new MovableClock();
beforeAll(async () => {
  service = await startTestService({ clock });
});
afterAll(() => service.close());

const api = async ({ sessionId, userId }: Signup, method: "delete" | "post", path = "") =>
  service.http[method](`/whatsapp/signup-sessions/${sessionId}${path}`)
    .set("Authorization", await service.bearer(userId))
    .expect(204);

const cancel = ({ visitor, payload }: Signup) =>
  visitor.report(payload, "CANCEL", { current_step: "PHONE_NUMBER_SETUP" }).expect(204);

const isOurs = (phoneNumber: string) =>
  webhooksOf(service, phoneNumber).smsUrl === `${service.url}${SMS_PATH}`;

describe("the number is as it was after", () => {
  test.each<[string, (signup: Signup) => Promise<unknown>]>([
    ["completion", ({ visitor, payload }) => finish(visitor, payload, newWaba())],
    ["cancelling", cancel],
    [
      "a failure that Meta reported",
      ({ visitor, payload }) => visitor.report(payload, "ERROR", { error_code: "1" }).expect(204),
    ],
    [
      "a failure that came to the callback",
      ({ visitor, payload }) => visitor.postCallback({ payload, error: "access_denied" }),
    ],
    ["revocation", (signup) => api(signup, "delete")],
    ["release", (signup) => api(signup, "post", "/release")],
    [
      "expiry",
      async () => {
        clock.advance(61 * 60_000);
        await service.restart();
      },
    ],
  ])("%s", async (_what, end) => {
    const signup = await relaying(service, {
      number: { smsApplicationSid: `AP${"c".repeat(32)}` },
    });
    const { phoneNumber } = signup;
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    await end(signup);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toEqual({
      ...FORMER,
      smsApplicationSid: `AP${"c".repeat(32)}`,
      voiceApplicationSid: null,
    });
  });

  test("the customer typed another one", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.seedNumber({ phoneNumber, ...FORMER });
    const { signupUrl, sessionId } = await createSession(service, {
      userId: newUser(),
      claims: { phone_numbers: [phoneNumber] },
      session: { phoneNumber: undefined },
    });
    const visitor = service.visitor();
    const payload = await visitor.open(signupUrl);
    await visitor.start(payload, { phoneNumber }).expect(200);
    await untilJoined(service, { phoneNumber, sessionId });
    await visitor.start(payload, { phoneNumber: newNumber() }).expect(200);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("an ending that was only written down, at the next sweep", async () => {
    const { phoneNumber, sessionId } = await relaying(service);
    await service.database.connection
      .collection<{ _id: string }>("signup_sessions")
      .updateOne({ _id: sessionId }, { $set: { status: "revoked" } });
    clock.advance(31_000);
    await service.restart();
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });
});

describe("what comes late, after the end,", () => {
  test("goes on to the address that is in force again", async () => {
    const signup = await relaying(service);
    const { phoneNumber } = signup;
    const sms = { to: phoneNumber, from: "+5215512345678", body: "¿Están abiertos?" };
    const meanwhile = await service.simulator.twilio.receiveSms(sms);
    await cancel(signup);
    await untilOver(service, phoneNumber);
    // Twilio has read the address before it was put back.
    Object.assign(numberOf(service, phoneNumber), { smsUrl: `${service.url}${SMS_PATH}` });
    expect(meanwhile?.body).toContain("<Redirect");
    expect(await service.simulator.twilio.receiveSms(sms)).toEqual(meanwhile);
    const code = { ...sms, body: META_SMS };
    expect(await service.simulator.twilio.receiveSms(code)).toEqual(meanwhile);
  });

  test("is waited for for minutes; then nothing is kept of the number", async () => {
    const signup = await relaying(service);
    const { phoneNumber } = signup;
    await cancel(signup);
    await untilOver(service, phoneNumber);
    clock.advance(4 * 60_000);
    await service.restart();
    const relay = await untilLookedAt(service, phoneNumber, clock.now());
    expect(relay?.former?.sms?.url).toBe(FORMER.smsUrl);
    clock.advance(61_000);
    await service.restart();
    await eventually(
      () => relayOf(service, phoneNumber),
      (left) => left === null,
    );
  });
});

describe("a code", () => {
  test("is there for minutes and removed then", async () => {
    const { phoneNumber, sessionId, visitor, payload } = await relaying(service);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    clock.advance(9 * 60_000);
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "code" });
    clock.advance(31_000);
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
    await service.restart();
    const relay = await eventually(
      () => relayOf(service, phoneNumber),
      (found) => (found?.sessions[sessionId]?.codes ?? []).length === 0,
    );
    expect(relay?.sessions[sessionId]).toMatchObject({ joined: true });
    expect(isOurs(phoneNumber)).toBe(true);
  });

  test("is removed with the session, while another one goes on", async () => {
    const one = await relaying(service);
    const { phoneNumber } = one;
    const two = await relaying(service, { phoneNumber });
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    await cancel(one);
    const relay = await eventually(
      () => relayOf(service, phoneNumber),
      (found) => found?.sessions[one.sessionId] === undefined,
    );
    expect(Object.keys(relay?.sessions ?? {})).toEqual([two.sessionId]);
    expect(await codeFor(one.visitor, one.payload)).toEqual({
      success: true,
      relay: "none",
      codes: [],
    });
    expect(isOurs(phoneNumber)).toBe(true);
    await cancel(two);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });
});

describe("our own address is never the former one:", () => {
  test("with two sessions at once", async () => {
    const phoneNumber = (await relaying(service)).phoneNumber;
    const signups = await Promise.all(
      Array.from({ length: 4 }, () => started(service, { phoneNumber })),
    );
    for (const signup of signups) await untilJoined(service, signup);
    expect((await relayOf(service, phoneNumber))?.former?.sms?.url).toBe(FORMER.smsUrl);
  });

  test("with one after the other, and with the same one again", async () => {
    const first = await relaying(service);
    const { phoneNumber, visitor, payload, sessionId } = first;
    await cancel(first);
    await visitor.start(payload).expect(200);
    await untilJoined(service, { phoneNumber, sessionId });
    expect((await relayOf(service, phoneNumber))?.former?.sms?.url).toBe(FORMER.smsUrl);
    await cancel(first);
    await untilOver(service, phoneNumber);
    const second = await relaying(service, { phoneNumber });
    expect((await relayOf(service, phoneNumber))?.former?.sms?.url).toBe(FORMER.smsUrl);
    await cancel(second);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("when the record of it was lost", async () => {
    const smsUrl = `${service.url}${SMS_PATH}`;
    const signup = await relaying(service, { number: { smsUrl, smsMethod: "POST" } });
    expect((await relayOf(service, signup.phoneNumber))?.former?.sms?.url).toBe("");
    await cancel(signup);
    await untilOver(service, signup.phoneNumber);
    expect(webhooksOf(service, signup.phoneNumber).smsUrl).toBeNull();
  });
});

describe("what somebody else sets in the meantime", () => {
  const theirs = { smsUrl: "https://new.example/sms", smsMethod: "POST" } as const;

  test("stays", async () => {
    const signup = await relaying(service);
    const { phoneNumber } = signup;
    Object.assign(numberOf(service, phoneNumber), theirs);
    await cancel(signup);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(theirs);
  });

  test("is put back after a later session", async () => {
    const first = await relaying(service);
    const { phoneNumber } = first;
    Object.assign(numberOf(service, phoneNumber), theirs);
    const second = await relaying(service, { phoneNumber });
    expect(isOurs(phoneNumber)).toBe(true);
    await Promise.all([cancel(first), cancel(second)]);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(theirs);
  });

  test("stays where it is an application, and our address goes", async () => {
    const signup = await relaying(service);
    const { phoneNumber } = signup;
    const smsApplicationSid = `AP${"d".repeat(32)}`;
    Object.assign(numberOf(service, phoneNumber), { smsApplicationSid });
    await cancel(signup);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject({ ...FORMER, smsApplicationSid });
  });
});
