import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import {
  codeFor,
  finish,
  FORMER,
  META_CODE,
  META_SMS,
  relayOf,
  relaying,
  started,
  untilJoined,
  untilOver,
  webhooksOf,
} from "./relayed-signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { REGISTRATION_MAX_INTERVAL_MS: "100" } });
});
afterAll(() => service.close());

describe("a number is put back although", () => {
  test.each(["error", "rate_limit", "reset", "malformed"] as const)(
    "Twilio answers with %s at first",
    async (kind) => {
      const { phoneNumber, visitor, payload } = await relaying(service);
      service.simulator.twilio.addFault({ operation: "numbers.update", kind, match: "SmsUrl" });
      await visitor.report(payload, "CANCEL").expect(204);
      await untilOver(service, phoneNumber);
      expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
    },
  );

  test("it is moved to the subaccount between the look and the change", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "slow",
      ms: 500,
      match: "SmsUrl",
    });
    await finish(visitor, payload, newWaba());
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("listings show the move late", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "late_listing",
      ms: 600,
      match: "AccountSid",
    });
    await finish(visitor, payload, newWaba());
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });
});

test("a session that comes while the number is put back is served, with what was there before", async () => {
  const { phoneNumber, visitor, payload, sessionId } = await relaying(service);
  const slow = { operation: "numbers.update", kind: "slow", ms: 400, match: "SmsUrl" } as const;
  service.simulator.twilio.addFault(slow);
  await visitor.report(payload, "CANCEL").expect(204);
  await sleep(150);
  await visitor.start(payload).expect(200);
  await untilJoined(service, { phoneNumber, sessionId });
  await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
  expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
  await visitor.report(payload, "CANCEL").expect(204);
  await untilOver(service, phoneNumber);
  expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
});

test("a number that is in no listing at first, as in the middle of a move, is relayed all the same", async () => {
  const phoneNumber = newNumber();
  const signup = await started(service, { phoneNumber, number: null });
  await eventually(
    () => relayOf(service, phoneNumber),
    (relay) => relay?.attempts === 2,
  );
  service.simulator.twilio.seedNumber({ phoneNumber, ...FORMER });
  await untilJoined(service, signup);
  await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
  expect((await codeFor(signup.visitor, signup.payload)).code).toBe(META_CODE);
});

test("another browser that starts while the first one's session is given up is served", async () => {
  const phoneNumber = newNumber();
  const { twilio: outside } = service.simulator;
  const slow = { kind: "slow", ms: 800, match: phoneNumber.slice(1) } as const;
  const refusal = { kind: "error", status: 400, code: 21502, match: "SmsUrl" } as const;
  outside.addFault({ operation: "numbers.list", ...slow });
  outside.addFault({ operation: "numbers.update", ...refusal });
  const { sessionId, userId, signupUrl, payload } = await started(service, { phoneNumber });
  // The first one's look has begun; what it is refused is not the other one's.
  await eventually(
    () => Promise.resolve(outside.requests()),
    (requests) =>
      requests.some(
        ({ fault, path }) => fault?.kind === "slow" && path.includes(phoneNumber.slice(1)),
      ),
  );
  await service.http
    .post(`/whatsapp/signup-sessions/${sessionId}/release`)
    .set("Authorization", await service.bearer(userId))
    .expect(204);
  const other = service.visitor();
  await other.open(signupUrl);
  await other.start(payload).expect(200);
  await untilJoined(service, { phoneNumber, sessionId });
  await outside.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
  expect((await codeFor(other, payload)).code).toBe(META_CODE);
});

test("a number that is gone from Twilio is forgotten in the end, and the operator is told", async () => {
  const { phoneNumber, visitor, payload } = await relaying(service);
  const { sid } = service.simulator.twilio.seedAccount();
  const number = service.simulator.twilio
    .state()
    .numbers.find((one) => one.phoneNumber === phoneNumber);
  Object.assign(number ?? {}, { accountSid: sid, formerAccountSid: sid });
  await visitor.report(payload, "CANCEL").expect(204);
  await untilOver(service, phoneNumber, 15_000);
  expect(service.log).toContainEqual(
    expect.objectContaining({
      level: "error",
      message: "A number is no longer at Twilio; its settings are not put back",
    }),
  );
});
