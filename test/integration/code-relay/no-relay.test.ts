import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import {
  codeFor,
  FORMER,
  META_CODE,
  META_SMS,
  relayOf,
  started,
  untilJoined,
  untilOver,
  untilQuiet,
  webhooksOf,
} from "./relayed-signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

describe("a signup that needs no relay touches nothing:", () => {
  test.each([
    ["a number that is not assigned to the owner", { claims: { phone_numbers: [] } }],
    ["a number assigned to somebody else", { claims: { phone_numbers: ["+5511900000001"] } }],
    ["a number of the customer's own", { session: { phoneNumberType: "byo" } }],
  ])("%s", async (_what, plan) => {
    const { phoneNumber, visitor, payload } = await started(service, plan);
    await untilQuiet(service);
    expect(await codeFor(visitor, payload)).toEqual({ success: true, relay: "none", codes: [] });
    expect(await relayOf(service, phoneNumber)).toBeNull();
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
    const seen = service.simulator.twilio.requests().map(({ path }) => decodeURIComponent(path));
    expect(seen.filter((path) => path.includes(phoneNumber))).toEqual([]);
  });

  test("a number that is not at Twilio", async () => {
    const { phoneNumber, visitor, payload } = await started(service, { number: null });
    await untilOver(service, phoneNumber);
    expect(await codeFor(visitor, payload)).toEqual({ success: true, relay: "none", codes: [] });
  });
});

describe("the start of a signup", () => {
  test("does not wait for Twilio", async () => {
    const phoneNumber = newNumber();
    const fault = { kind: "slow", ms: 700, match: phoneNumber.slice(1) } as const;
    service.simulator.twilio.addFault({ operation: "numbers.list", ...fault });
    const before = performance.now();
    const signup = await started(service, { phoneNumber });
    expect(performance.now() - before).toBeLessThan(600);
    expect(await codeFor(signup.visitor, signup.payload)).toMatchObject({ relay: "waiting" });
    await untilJoined(service, signup);
  });

  test.each([
    ["numbers.list", "error"],
    ["numbers.list", "reset"],
    ["numbers.update", "error"],
    ["numbers.update", "rate_limit"],
    ["numbers.update", "hang"],
  ] as const)(
    "goes well when %s answers with %s, which is tried again",
    async (operation, kind) => {
      const phoneNumber = newNumber();
      service.simulator.twilio.addFault({
        operation,
        kind,
        ...(operation === "numbers.list" ? { match: phoneNumber.slice(1) } : { match: "SmsUrl" }),
        ...(kind === "hang" ? { when: "after" } : {}),
      });
      const signup = await started(service, { phoneNumber });
      await untilJoined(service, signup);
      await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
      expect((await codeFor(signup.visitor, signup.payload)).code).toBe(META_CODE);
      expect((await relayOf(service, phoneNumber))?.former?.sms?.url).toBe(FORMER.smsUrl);
    },
  );

  test("goes well when Twilio refuses for good; then there is no relay", async () => {
    service.simulator.twilio.addFault({
      operation: "numbers.update",
      kind: "error",
      status: 400,
      code: 21502,
      match: "SmsUrl",
    });
    const { phoneNumber, visitor, payload } = await started(service);
    await eventually(
      () => codeFor(visitor, payload),
      ({ relay }) => relay === "none",
    );
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });
});
