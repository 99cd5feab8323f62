import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../dev/simulator/simulator.ts";
import type { Account } from "../../dev/simulator/twilio/types.ts";
import {
  creation,
  PARENT,
  SENDERS,
  SENDERS_LIST,
  startTestSimulator,
  TwilioCaller,
  WABA,
} from "./twilio-caller.ts";

const OTHER_WABA = "2029384756";

let simulator: Simulator;
let account: Account;
let caller: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.reset();
  account = simulator.twilio.seedAccount();
  caller = new TwilioCaller(simulator.twilioUrl, account);
});

const senderCount = () => simulator.twilio.state().senders.length;

describe("creating a sender", () => {
  const { configuration, profile } = creation();

  test.each([
    ["a camelCase name", creation(undefined, { senderId: "x" }), "senderId"],
    [
      "a camelCase name inside",
      creation(undefined, { configuration: { wabaId: WABA } }),
      "configuration.wabaId",
    ],
    ["an unknown field", creation(undefined, { waba_id: WABA }), "waba_id"],
    [
      "an unknown field of the profile",
      creation(undefined, { profile: { ...profile, displayName: "x" } }),
      "profile.displayName",
    ],
    [
      "an unknown field of the webhook",
      creation(undefined, { webhook: { url: "https://example.org" } }),
      "webhook.url",
    ],
    ["no sender_id", { configuration, profile }, "sender_id"],
    ["a number without its channel", { ...creation(), sender_id: "+5511987654321" }, "sender_id"],
    [
      "a number that is not E.164",
      { ...creation(), sender_id: "whatsapp:5511987654321" },
      "sender_id",
    ],
    ["no profile", { ...creation(), profile: undefined }, "profile.name"],
    ["no profile.name", creation(undefined, { profile: {} }), "profile.name"],
    [
      "a verification method of its own",
      creation(undefined, { configuration: { waba_id: WABA, verification_method: "email" } }),
      "configuration.verification_method",
    ],
    [
      "a WABA id that is no id",
      creation(undefined, { configuration: { waba_id: "waba" } }),
      "configuration.waba_id",
    ],
    [
      "a WABA id as a number",
      creation(undefined, { configuration: { waba_id: 123456 } }),
      "configuration.waba_id",
    ],
    [
      "a webhook that is no address",
      creation(undefined, { webhook: { callback_url: "example.org/in" } }),
      "webhook.callback_url",
    ],
    [
      "a webhook method of its own",
      creation(undefined, { webhook: { callback_method: "GET" } }),
      "webhook.callback_method",
    ],
    [
      "a vertical of its own",
      creation(undefined, { profile: { ...profile, vertical: "Bakery" } }),
      "profile.vertical",
    ],
    [
      "a first sender without a WABA",
      creation(undefined, { configuration: {} }),
      "configuration.waba_id",
    ],
  ])("refuses %s with 63100, naming the field", async (_what, body, field) => {
    const answer = await caller.postJson(SENDERS, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 63100 } });
    expect(answer.body.message).toContain(field);
    expect(senderCount()).toBe(0);
  });

  test.each([
    ["an empty body", undefined],
    ["a body that is not JSON", "{"],
    ["a list", "[]"],
  ])("refuses %s with 63100", async (_what, body) => {
    const answer = await caller.send("POST", SENDERS, body, "application/json");
    expect(answer).toMatchObject({ status: 400, body: { code: 63100 } });
  });

  test("refuses a form", async () => {
    const answer = await caller.postForm(SENDERS, { sender_id: "whatsapp:+5511987654321" });
    expect(answer).toMatchObject({ status: 400, body: { code: 63100 } });
  });

  test.each([
    ["", 63124],
    ["x".repeat(256), 63124],
  ])("refuses a display name that is empty or too long", async (name, code) => {
    const answer = await caller.postJson(SENDERS, creation(undefined, { profile: { name } }));
    expect(answer).toMatchObject({ status: 400, body: { code } });
  });

  test("refuses a second WABA for an account with 63102, until its senders are deleted", async () => {
    const first = await caller.postJson(SENDERS, creation("+5511900000001"));
    const second = creation("+5511900000002", { configuration: { waba_id: OTHER_WABA } });
    expect(await caller.postJson(SENDERS, second)).toMatchObject({
      status: 400,
      body: { code: 63102 },
    });
    expect(senderCount()).toBe(1);
    await caller.delete(`${SENDERS}/${first.body.sid}`);
    expect((await caller.postJson(SENDERS, second)).status).toBe(202);
  });

  test("refuses another WABA in an update with 63102", async () => {
    const { body } = await caller.postJson(SENDERS, creation());
    const change = { configuration: { waba_id: OTHER_WABA } };
    expect(await caller.postJson(`${SENDERS}/${body.sid}`, change)).toMatchObject({
      body: { code: 63102 },
    });
  });

  test("refuses a WABA that is linked to another account with 63101", async () => {
    const other = simulator.twilio.seedAccount();
    await caller.postJson(SENDERS, creation("+5511900000001"));
    const answer = await caller.as(other).postJson(SENDERS, creation("+5511900000002"));
    expect(answer).toMatchObject({ status: 400, body: { code: 63101 } });
  });

  test("refuses a number that is a sender of another account with 63110", async () => {
    const other = simulator.twilio.seedAccount();
    await caller.postJson(SENDERS, creation());
    const body = creation(undefined, { configuration: { waba_id: OTHER_WABA } });
    expect(await caller.as(other).postJson(SENDERS, body)).toMatchObject({
      status: 400,
      body: { code: 63110 },
    });
  });
});

describe("the Senders API", () => {
  test.each([
    ["no credentials", null],
    ["an unknown SID", { sid: `AC${"9".repeat(32)}`, authToken: PARENT.authToken }],
  ])("answers 401 with 20003 to %s", async (_what, credentials) => {
    const stranger = caller.as(credentials);
    expect(await stranger.get(SENDERS_LIST)).toMatchObject({ status: 401, body: { code: 20003 } });
    expect(await stranger.postJson(SENDERS, creation())).toMatchObject({ status: 401 });
    expect(senderCount()).toBe(0);
  });

  test("does not take a subaccount's SID with the parent's token, nor the other way round", async () => {
    for (const mixed of [
      { sid: account.sid, authToken: PARENT.authToken },
      { sid: PARENT.sid, authToken: account.authToken },
    ]) {
      expect(await caller.as(mixed).get(SENDERS_LIST)).toMatchObject({ status: 401 });
    }
  });

  test.each(["suspended", "closed"] as const)(
    "answers 403 with 20403 to a %s account",
    async (status) => {
      simulator.twilio.setAccountStatus(account.sid, status);
      expect(await caller.get(SENDERS_LIST)).toMatchObject({ status: 403, body: { code: 20403 } });
      expect(await caller.postJson(SENDERS, creation())).toMatchObject({ status: 403 });
    },
  );

  test.each([
    "/v2/channels/senders",
    "/v2/Channels/senders",
    "/v2/Channels/Senders/",
    "/v1/Channels/Senders",
  ])("answers 404 with 20404 to the path %s", async (path) => {
    expect(await caller.get(`${path}?Channel=whatsapp`)).toMatchObject({
      status: 404,
      body: { code: 20404 },
    });
  });

  test("refuses unknown and camelCase fields in an update too", async () => {
    const { body } = await caller.postJson(SENDERS, creation());
    const change = { configuration: { verificationCode: "123456" } };
    const answer = await caller.postJson(`${SENDERS}/${body.sid}`, change);
    expect(answer).toMatchObject({ status: 400, body: { code: 63100 } });
    expect(answer.body.message).toContain("configuration.verificationCode");
    const renamed = await caller.postJson(`${SENDERS}/${body.sid}`, { sender_id: "whatsapp:+1" });
    expect(renamed).toMatchObject({ status: 400, body: { code: 63100 } });
  });
});

describe("with strict sharing", () => {
  let strict: Simulator;
  beforeAll(async () => {
    strict = await startTestSimulator({ strictSharing: true, partnerSolutionId: "777" });
  });
  afterAll(() => strict.close());

  async function create(wabaId: string): Promise<number> {
    const own = strict.twilio.seedAccount();
    const body = creation("+5511987654321", { configuration: { waba_id: wabaId } });
    const answer = await new TwilioCaller(strict.twilioUrl, own).postJson(SENDERS, body);
    strict.twilio.state().senders.forEach(({ sid, deleted }) => {
      if (!deleted) strict.twilio.removeSender(sid);
    });
    return answer.status === 202 ? 202 : answer.body.code;
  }

  async function signedUp(solutionID?: string): Promise<string> {
    const extras = { setup: solutionID === undefined ? {} : { solutionID } };
    const launch = { appId: "1001", configId: "1", extras };
    const { message } = strict.meta.completeSignup(launch);
    return String(message?.data.waba_id);
  }

  test("accepts only WABAs that a signup with our solution shared", async () => {
    expect(await create(WABA)).toBe(63101);
    expect(await create(await signedUp())).toBe(63101);
    expect(await create(await signedUp("778"))).toBe(63101);
    const shared = await signedUp("777");
    expect(await create(shared)).toBe(202);
    strict.meta.unshareWaba(shared);
    expect(await create(shared)).toBe(63101);
  });

  test("refuses a WABA known not to be shared also without strict sharing", async () => {
    const { message } = simulator.meta.completeSignup({ appId: "1001", configId: "1", extras: {} });
    const body = creation(undefined, {
      configuration: { waba_id: String(message?.data.waba_id) },
    });
    expect(await caller.postJson(SENDERS, body)).toMatchObject({ body: { code: 63101 } });
  });
});
