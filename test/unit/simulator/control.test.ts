import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import {
  ACCOUNTS,
  creation,
  PARENT,
  SENDERS,
  startTestSimulator,
  TwilioCaller,
  WABA,
} from "../../contract/twilio-caller.ts";

const NUMBER = "+5511987654321";

let simulator: Simulator;
let parent: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator();
  parent = new TwilioCaller(simulator.twilioUrl);
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

async function control(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${simulator.metaUrl}/simulator/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: answer.status, body: read as Record<string, unknown> };
}

describe("control calls", () => {
  test("choose a scenario for a number", async () => {
    const scenario = { kind: "refused", code: 63103 };
    expect((await control("POST", "scenarios", { number: NUMBER, scenario })).status).toBe(204);
    const answer = await parent.postJson(SENDERS, creation());
    expect(answer.body.code).toBe(63103);
  });

  test("order faults", async () => {
    const fault = { operation: "accounts.list", kind: "error", status: 500, times: 2 };
    expect((await control("POST", "faults", fault)).status).toBe(204);
    expect((await parent.get(ACCOUNTS)).status).toBe(500);
    expect((await control("GET", "state")).body.faults).toEqual([{ ...fault, times: 1 }]);
  });

  test("order faults and refusals with a message and details of their own", async () => {
    const details = { fields: ["profile.name"] };
    const error = { code: 63100, message: "Not valid", details };
    const fault = { operation: "accounts.list", kind: "error", status: 400, ...error };
    expect((await control("POST", "faults", fault)).status).toBe(204);
    expect((await parent.get(ACCOUNTS)).body).toMatchObject(error);
    const scenario = { kind: "refused", status: 409, ...error };
    expect((await control("POST", "scenarios", { number: NUMBER, scenario })).status).toBe(204);
    const refused = await parent.postJson(SENDERS, creation());
    expect(refused).toMatchObject({ status: 409, body: error });
    const unknown = { operation: "accounts.list", kind: "error", text: "x" };
    expect((await control("POST", "faults", unknown)).status).toBe(400);
  });

  test("change an account, the parent's type and status too", async () => {
    const change = { type: "Trial", status: "suspended" };
    const changed = await control("POST", `accounts/${PARENT.sid}`, change);
    expect(changed).toMatchObject({ status: 200, body: change });
    expect((await parent.get(ACCOUNTS)).status).toBe(403);
    await control("POST", `accounts/${PARENT.sid}`, { status: "active" });
    expect((await parent.get(`/2010-04-01/Accounts/${PARENT.sid}.json`)).body).toMatchObject({
      type: "Trial",
      status: "active",
    });
    expect((await control("POST", "accounts/AC1", change)).status).toBe(400);
    expect((await control("POST", `accounts/${PARENT.sid}`, { type: "Free" })).status).toBe(400);
  });

  test("seed accounts, numbers and senders, change and delete them", async () => {
    const account = (await control("POST", "accounts", { friendlyName: "x" })).body;
    const accountSid = String(account.sid);
    const number = await control("POST", "numbers", { phoneNumber: NUMBER, accountSid });
    expect(number).toMatchObject({ status: 201, body: { accountSid } });
    const seed = { accountSid, phoneNumber: NUMBER, wabaId: WABA };
    const sender = await control("POST", "senders", seed);
    expect(sender).toMatchObject({ status: 201, body: { status: "ONLINE" } });

    const caller = parent.as({ sid: accountSid, authToken: String(account.authToken) });
    const path = `${SENDERS}/${String(sender.body.sid)}`;
    const reason = { code: "30008", message: "unknown", more_info: "https://example.org" };
    const change = { status: "OFFLINE", offlineReasons: [reason], wabaId: "2029384756" };
    await control("POST", `senders/${String(sender.body.sid)}`, change);
    expect((await caller.get(path)).body).toMatchObject({
      status: "OFFLINE",
      offline_reasons: [reason],
      configuration: { waba_id: "2029384756" },
    });
    await control("POST", `senders/${String(sender.body.sid)}`, {
      status: "ONLINE",
      offlineReasons: null,
    });
    expect((await caller.get(path)).body).toMatchObject({
      status: "ONLINE",
      offline_reasons: null,
    });
    expect((await control("DELETE", `senders/${String(sender.body.sid)}`)).status).toBe(204);
    expect((await caller.get(path)).status).toBe(404);
  });

  test("complete a signup without a browser", async () => {
    const launch = { appId: "1001", configId: "1", extras: { setup: { solutionID: "1" } } };
    const answer = await control("POST", "signup", { ...launch, phoneNumber: NUMBER });
    expect(answer).toMatchObject({
      status: 200,
      body: { message: { event: "FINISH" }, authResponse: { code: expect.any(String) } },
    });
    expect(await control("POST", "signup", { ...launch, appId: "2" })).toEqual({
      status: 400,
      body: { error: expect.stringContaining("Invalid app id") },
    });
  });

  test("put numbers into a WABA at Meta, and say anew how they stand there", async () => {
    const number = { phoneNumber: NUMBER, codeVerificationStatus: "NOT_VERIFIED" };
    const added = await control("POST", "wabas", { id: WABA, name: "Luna", numbers: [number] });
    expect(added).toMatchObject({
      status: 201,
      body: { id: WABA, numbers: [{ ...number, status: "PENDING", verifiedName: "Luna" }] },
    });
    const live = { ...number, codeVerificationStatus: "EXPIRED", status: "CONNECTED" };
    const changed = await control("POST", "wabas", { id: WABA, numbers: [live] });
    expect(changed.body.numbers).toEqual([expect.objectContaining(live)]);
    const wrong = { ...number, codeVerificationStatus: "PERHAPS" };
    expect((await control("POST", "wabas", { id: WABA, numbers: [wrong] })).status).toBe(400);
  });

  test("show everything, also what was deleted and what was asked", async () => {
    const { sid } = simulator.twilio.seedSender({
      accountSid: PARENT.sid,
      phoneNumber: NUMBER,
      wabaId: WABA,
    });
    simulator.twilio.removeSender(sid);
    await parent.as({ ...PARENT, authToken: "wrong" }).get(ACCOUNTS);
    expect((await control("GET", "state")).body).toMatchObject({
      accounts: [{ sid: PARENT.sid }],
      numbers: [],
      senders: [{ sid, deleted: true }],
      senderCounts: { [PARENT.sid]: { living: 0, deleted: 1 } },
      counts: { "accounts.list": 1 },
      requests: [
        {
          side: "twilio",
          operation: "accounts.list",
          method: "GET",
          path: ACCOUNTS,
          account: PARENT.sid,
          body: null,
          status: 401,
          at: expect.stringMatching(/Z$/),
        },
      ],
    });
  });

  test("show the latest requests alone where asked to", async () => {
    for (const status of ["active", "closed", "suspended"]) {
      await parent.get(`${ACCOUNTS}?Status=${status}`);
    }
    const { requests, counts } = (await control("GET", "state?requests=1")).body;
    expect(requests).toMatchObject([{ path: `${ACCOUNTS}?Status=suspended` }]);
    expect(counts).toEqual({ "accounts.list": 3 });
    expect((await control("GET", "state?requests=0")).body.requests).toEqual([]);
    expect((await control("GET", "state?requests=5")).body.requests).toHaveLength(3);
  });

  test("reset to the parent account alone", async () => {
    simulator.twilio.seedAccount();
    simulator.twilio.seedNumber({ phoneNumber: NUMBER });
    simulator.twilio.setScenario(NUMBER, { kind: "never" });
    simulator.twilio.addFault({ operation: "*", kind: "error" });
    await parent.get(ACCOUNTS);
    expect((await control("POST", "reset")).status).toBe(204);
    expect((await control("GET", "state")).body).toMatchObject({
      accounts: [{ sid: PARENT.sid, authToken: PARENT.authToken }],
      numbers: [],
      senders: [],
      scenarios: {},
      faults: [],
      requests: [],
      counts: {},
    });
  });

  test.each([
    ["scenarios", { number: NUMBER, scenario: { kind: "unheard-of" } }],
    ["scenarios", { number: NUMBER, scenario: { kind: "never", extra: 1 } }],
    ["scenarios", { number: "5511", scenario: { kind: "never" } }],
    ["faults", { operation: "senders.burn", kind: "reset" }],
    ["faults", { operation: "senders.list", kind: "reset", probability: 2 }],
    ["numbers", { phoneNumber: NUMBER, accountSid: `AC${"9".repeat(32)}` }],
    ["senders/XE1", { status: "ONLINE" }],
  ])("refuse %s with %j", async (path, body) => {
    expect(await control("POST", path, body)).toEqual({
      status: 400,
      body: { error: expect.any(String) },
    });
  });
});
