import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import type { Scenario } from "../../../dev/simulator/twilio/scenarios.ts";
import type { Account } from "../../../dev/simulator/twilio/types.ts";
import {
  type Body,
  creation,
  SENDERS,
  SENDERS_LIST,
  startTestSimulator,
  TestClock,
  TwilioCaller,
  WABA,
} from "../../contract/twilio-caller.ts";

const NUMBER = "+5511987654321";
const STEP_MS = 1000;

const clock = new TestClock();
let simulator: Simulator;
let account: Account;
let caller: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ clock, onlineAfterMs: STEP_MS });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.reset();
  account = simulator.twilio.seedAccount();
  caller = new TwilioCaller(simulator.twilioUrl, account);
});

async function create(phoneNumber = NUMBER, configuration: Record<string, unknown> = {}) {
  const body = creation(phoneNumber, { configuration: { waba_id: WABA, ...configuration } });
  return (await caller.postJson(SENDERS, body)).body;
}

const look = async (sid: string): Promise<Body> => (await caller.get(`${SENDERS}/${sid}`)).body;

/** What each look sees, one step of time apart. */
async function course(sid: string, steps: number): Promise<string[]> {
  const seen: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    seen.push((await look(sid)).status);
    clock.advance(STEP_MS);
  }
  return seen;
}

const reasons = ({ offline_reasons: given }: Body) => given as { code: string }[] | null;

const update = async (sid: string, configuration: Record<string, string>) =>
  caller.postJson(`${SENDERS}/${sid}`, { configuration });

describe("the course of a sender's life", () => {
  test.each<[Scenario | undefined, string[]]>([
    [undefined, ["CREATING", "ONLINE", "ONLINE"]],
    [{ kind: "online", afterMs: 0 }, ["ONLINE", "ONLINE"]],
    [{ kind: "online", afterMs: 1500 }, ["CREATING", "CREATING", "ONLINE"]],
    [{ kind: "code" }, ["CREATING", "PENDING_VERIFICATION", "PENDING_VERIFICATION"]],
    [{ kind: "automatic_code_lost" }, ["CREATING", "OFFLINE", "OFFLINE"]],
    [{ kind: "offline" }, ["CREATING", "OFFLINE", "OFFLINE"]],
    [{ kind: "offline_briefly", forMs: 1500 }, ["CREATING", "OFFLINE", "OFFLINE", "ONLINE"]],
    [{ kind: "review", forMs: 1500 }, ["CREATING", "TWILIO_REVIEW", "TWILIO_REVIEW", "ONLINE"]],
    [{ kind: "never" }, ["CREATING", "CREATING", "CREATING"]],
    [{ kind: "refused", code: 63101, times: 0 }, ["CREATING", "ONLINE"]],
  ])("with %j is %j", async (scenario, expected) => {
    if (scenario !== undefined) simulator.twilio.setScenario(NUMBER, scenario);
    const { sid } = await create();
    expect(await course(sid, expected.length)).toEqual(expected);
  });

  test("counts looks, those by list too, where a scenario lasts a number of them", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "online", afterLooks: 2 });
    const { sid } = await create();
    clock.advance(3_600_000);
    expect((await look(sid)).status).toBe("CREATING");
    expect((await caller.get(SENDERS_LIST)).body.senders).toMatchObject([{ status: "CREATING" }]);
    expect((await look(sid)).status).toBe("ONLINE");
  });

  test("shows a status that Twilio's schema does not know, then goes on", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "status", status: "WARMING_UP", forMs: 1000 });
    const { sid } = await create();
    clock.advance(STEP_MS);
    // The caller holds answers against the schema, which knows no such status.
    await expect(look(sid)).rejects.toThrow("/status");
    clock.advance(STEP_MS);
    expect((await look(sid)).status).toBe("ONLINE");
  });

  test("vanishes after having been ONLINE", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "vanishes", afterMs: 5000 });
    const { sid } = await create();
    clock.advance(5999);
    expect((await look(sid)).status).toBe("ONLINE");
    clock.advance(1);
    expect((await caller.get(`${SENDERS}/${sid}`)).status).toBe(404);
    expect((await caller.get(SENDERS_LIST)).body.senders).toEqual([]);
    expect(simulator.twilio.state().senderCounts).toEqual({
      [account.sid]: { living: 0, deleted: 1 },
    });
  });

  test("gives the reason of an OFFLINE, its code as a string", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "offline", code: 63111, message: "gone at Meta" });
    const { sid } = await create();
    expect(reasons(await look(sid))).toBeNull();
    clock.advance(STEP_MS);
    expect(reasons(await look(sid))).toEqual([
      { code: "63111", message: "gone at Meta", more_info: expect.stringContaining("63111") },
    ]);
  });
});

describe("without a scenario", () => {
  test("wants a code where one was ordered and Meta has not seen the number", async () => {
    const { sid } = await create(NUMBER, { verification_method: "sms" });
    expect(await course(sid, 2)).toEqual(["CREATING", "PENDING_VERIFICATION"]);
  });

  test("wants none where the number was proved in the popup", async () => {
    simulator.meta.completeSignup({
      appId: "1001",
      configId: "1",
      extras: { setup: { solutionID: "1" } },
      wabaId: WABA,
      phoneNumber: NUMBER,
    });
    const { sid } = await create(NUMBER, { verification_method: "sms" });
    expect(await course(sid, 2)).toEqual(["CREATING", "ONLINE"]);
  });

  test("loses the automatic code (63116) of a number that Twilio hosts in another account", async () => {
    const hosted = simulator.twilio.seedNumber({ phoneNumber: NUMBER });
    const { sid } = await create();
    clock.advance(STEP_MS);
    expect(reasons(await look(sid))).toMatchObject([{ code: "63116" }]);

    await caller.delete(`${SENDERS}/${sid}`);
    hosted.accountSid = account.sid;
    const again = await create();
    expect(await course(again.sid, 2)).toEqual(["CREATING", "ONLINE"]);
  });
});

describe("one-time codes", () => {
  async function waiting(scenario: Scenario = { kind: "code" }): Promise<string> {
    simulator.twilio.setScenario(NUMBER, scenario);
    const { sid } = await create();
    clock.advance(STEP_MS);
    return sid;
  }

  test("VERIFYING, then ONLINE with the right one", async () => {
    const sid = await waiting();
    const answer = await update(sid, { verification_code: "123456" });
    expect(answer).toMatchObject({ status: 202, body: { status: "VERIFYING" } });
    expect(answer.body.configuration).toMatchObject({ verification_code: null });
    expect(await course(sid, 2)).toEqual(["VERIFYING", "ONLINE"]);
  });

  test("back to PENDING_VERIFICATION with a reason after a wrong one", async () => {
    const sid = await waiting({ kind: "code", code: "987654" });
    expect((await update(sid, { verification_code: "123456" })).status).toBe(202);
    expect(await course(sid, 2)).toEqual(["VERIFYING", "PENDING_VERIFICATION"]);
    expect(reasons(await look(sid))).toMatchObject([{ code: "63113" }]);
    await update(sid, { verification_code: "987654" });
    clock.advance(STEP_MS);
    expect(await look(sid)).toMatchObject({ status: "ONLINE", offline_reasons: null });
  });

  test("refuses a wrong one at once where the scenario says so", async () => {
    const sid = await waiting({ kind: "code", wrongCode: "refused" });
    const answer = await update(sid, { verification_code: "000000" });
    expect(answer).toMatchObject({ status: 400, body: { code: 63113 } });
    expect((await look(sid)).status).toBe("PENDING_VERIFICATION");
  });

  test("63114 after too many wrong ones, and for the right one then too", async () => {
    const sid = await waiting({ kind: "code", wrongCode: "refused", wrongTriesAllowed: 2 });
    for (const code of [63113, 63113, 63114]) {
      expect((await update(sid, { verification_code: "000000" })).body.code).toBe(code);
    }
    expect((await update(sid, { verification_code: "123456" })).body.code).toBe(63114);
  });

  test("63113 where no code is awaited", async () => {
    const { sid } = await create();
    expect((await update(sid, { verification_code: "123456" })).body.code).toBe(63113);
  });

  test("sends another by the method asked for, 63114 after too many", async () => {
    const sid = await waiting({ kind: "code", codesAllowed: 2 });
    const again = await update(sid, { verification_method: "voice" });
    expect(again).toMatchObject({ status: 202, body: { status: "PENDING_VERIFICATION" } });
    expect(again.body.configuration).toMatchObject({ verification_method: "voice" });
    expect((await update(sid, { verification_method: "voice" })).body.code).toBe(63114);
    expect(simulator.twilio.state().senders).toMatchObject([{ codesSent: 2 }]);
  });

  test.each(["an update", "a new sender"])("by voice after a lost one, by %s", async (way) => {
    const sid = await waiting({ kind: "automatic_code_lost" });
    expect((await look(sid)).status).toBe("OFFLINE");
    let waitingSid = sid;
    if (way === "an update") await update(sid, { verification_method: "voice" });
    else {
      await caller.delete(`${SENDERS}/${sid}`);
      waitingSid = (await create(NUMBER, { verification_method: "voice" })).sid;
    }
    clock.advance(STEP_MS);
    expect((await look(waitingSid)).status).toBe("PENDING_VERIFICATION");
    await update(waitingSid, { verification_code: "123456" });
    clock.advance(STEP_MS);
    expect((await look(waitingSid)).status).toBe("ONLINE");
  });
});

describe("refused creations", () => {
  test("happen the number of times that was chosen", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "refused", code: 63101, times: 2 });
    expect(await create()).toMatchObject({ code: 63101, status: 400 });
    expect(await create()).toMatchObject({ code: 63101 });
    expect(await create()).toMatchObject({ status: "CREATING" });
    expect(simulator.twilio.state().senders).toHaveLength(1);
  });

  test("happen always where no number is given, with the HTTP status chosen", async () => {
    simulator.twilio.setScenario(NUMBER, { kind: "refused", code: 63110, status: 409 });
    for (let i = 0; i < 5; i += 1) {
      expect(await create()).toMatchObject({ code: 63110, status: 409 });
    }
    expect(simulator.twilio.state().senders).toHaveLength(0);
  });
});

describe("scenarios by the last four digits", () => {
  test.each([
    ["9901", { status: "ONLINE" }],
    ["9902", { status: "PENDING_VERIFICATION" }],
    ["9903", { status: "OFFLINE", offline_reasons: [{ code: "63116" }] }],
    ["9904", { status: "OFFLINE", offline_reasons: [{ code: "63111" }] }],
    ["9905", { status: "OFFLINE", offline_reasons: null }],
    ["9906", { status: "TWILIO_REVIEW" }],
    ["9907", { status: "CREATING" }],
    ["9909", { status: "ONLINE" }],
    ["9910", { status: "PENDING_VERIFICATION" }],
  ])("%s", async (digits, expected) => {
    const { sid } = await create(`+551198765${digits}`);
    clock.advance(STEP_MS);
    expect(await look(sid)).toMatchObject(expected);
  });

  test.each([
    ["9911", 63101, 400],
    ["9912", 63103, 400],
    ["9913", 63110, 400],
    ["9914", 63124, 400],
    ["9915", 20503, 503],
  ])("%s is refused with %i", async (digits, code, status) => {
    expect(await create(`+551198765${digits}`)).toMatchObject({ code, status });
  });

  test("9914 accepts another display name", async () => {
    const number = "+5511987659914";
    const named = (name: string) =>
      caller.postJson(SENDERS, {
        ...creation(number, { configuration: { waba_id: WABA } }),
        profile: { name },
      });
    expect((await named("Refused")).body).toMatchObject({ code: 63124 });
    expect((await named("Refused")).body).toMatchObject({ code: 63124 });
    expect((await named("Another")).status).toBe(202);
  });

  test("yield to a scenario that was chosen", async () => {
    const number = "+5511987659907";
    simulator.twilio.setScenario(number, { kind: "online", afterMs: 0 });
    const { sid } = await create(number);
    expect((await look(sid)).status).toBe("ONLINE");
  });
});
