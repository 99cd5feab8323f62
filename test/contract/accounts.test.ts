import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../dev/simulator/simulator.ts";
import {
  accountPath,
  ACCOUNTS,
  PARENT,
  startTestSimulator,
  type TwilioAnswer,
  TwilioCaller,
} from "./twilio-caller.ts";

let simulator: Simulator;
let parent: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator();
  parent = new TwilioCaller(simulator.twilioUrl);
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

const sids = ({ body }: TwilioAnswer) => (body.accounts as { sid: string }[]).map(({ sid }) => sid);

describe("Accounts", () => {
  test("creates a subaccount with a token of its own", async () => {
    const answer = await parent.postForm(ACCOUNTS, { FriendlyName: "wa-test-1" });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      sid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      auth_token: expect.stringMatching(/^[0-9a-f]{32}$/),
      friendly_name: "wa-test-1",
      owner_account_sid: PARENT.sid,
      status: "active",
    });
    expect(answer.headers.get("Twilio-Request-Id")).toMatch(/^RQ/);
  });

  test("names a subaccount without a name after its time, and lets names repeat", async () => {
    const unnamed = await parent.postForm(ACCOUNTS, {});
    expect(unnamed.body.friendly_name).toMatch(/^SubAccount Created at /);
    await parent.postForm(ACCOUNTS, { FriendlyName: "twin" });
    await parent.postForm(ACCOUNTS, { FriendlyName: "twin" });
    expect(sids(await parent.get(`${ACCOUNTS}?FriendlyName=twin`))).toHaveLength(2);
  });

  test("refuses a name of more than 64 characters", async () => {
    const answer = await parent.postForm(ACCOUNTS, { FriendlyName: "x".repeat(65) });
    expect(answer).toMatchObject({ status: 400, body: { code: 20001 } });
  });

  test("lists by exact name and status, the parent included", async () => {
    const a = simulator.twilio.seedAccount({ friendlyName: "a" });
    const b = simulator.twilio.seedAccount({ friendlyName: "ab", status: "suspended" });
    expect(sids(await parent.get(ACCOUNTS))).toEqual([b.sid, a.sid, PARENT.sid]);
    expect(sids(await parent.get(`${ACCOUNTS}?FriendlyName=a`))).toEqual([a.sid]);
    expect(sids(await parent.get(`${ACCOUNTS}?Status=suspended`))).toEqual([b.sid]);
    expect(await parent.get(`${ACCOUNTS}?Status=asleep`)).toMatchObject({ status: 400 });
  });

  test("pages by next_page_uri, without losing one that is created or closed meanwhile", async () => {
    const made = [1, 2, 3, 4].map(() => simulator.twilio.seedAccount().sid);
    const seen: string[] = [];
    let uri: string | null = `${ACCOUNTS}?PageSize=2`;
    while (uri !== null) {
      const page = await parent.get(uri);
      seen.push(...sids(page));
      simulator.twilio.seedAccount();
      uri = page.body.next_page_uri as string | null;
    }
    expect(seen).toEqual([...made.toReversed(), PARENT.sid]);
    expect((await parent.get(`${ACCOUNTS}?PageSize=2&Page=1`)).body).toMatchObject({
      page: 1,
      page_size: 2,
      start: 2,
    });
    expect(await parent.get(`${ACCOUNTS}?PageSize=0`)).toMatchObject({ status: 400 });
  });

  test("shows the parent a subaccount's token, and a subaccount nothing but itself", async () => {
    const sub = simulator.twilio.seedAccount();
    const other = simulator.twilio.seedAccount();
    const asSub = parent.as(sub);
    expect((await parent.get(accountPath(sub.sid))).body.auth_token).toBe(sub.authToken);
    expect(sids(await asSub.get(ACCOUNTS))).toEqual([sub.sid]);
    expect((await asSub.get(accountPath(sub.sid))).status).toBe(200);
    expect(await asSub.get(accountPath(other.sid))).toMatchObject({
      status: 401,
      body: { code: 20003 },
    });
    expect(await asSub.postForm(ACCOUNTS, {})).toMatchObject({ status: 401 });
  });

  test("suspends, revives and closes for good", async () => {
    const sub = simulator.twilio.seedAccount();
    const set = async (Status: string) => parent.postForm(accountPath(sub.sid), { Status });
    expect((await set("suspended")).body.status).toBe("suspended");
    expect(await parent.as(sub).get(accountPath(sub.sid))).toMatchObject({
      status: 403,
      body: { code: 20403 },
    });
    expect((await set("active")).body.status).toBe("active");
    expect((await set("closed")).body.status).toBe("closed");
    expect((await set("active")).status).toBe(400);
    expect((await set("asleep")).status).toBe(400);
    expect((await parent.get(accountPath(sub.sid))).body.status).toBe("closed");
  });

  test("takes a closed account's numbers and senders away", async () => {
    const sub = simulator.twilio.seedAccount();
    const seed = { accountSid: sub.sid, phoneNumber: "+5511987654321" };
    simulator.twilio.seedNumber(seed);
    simulator.twilio.seedSender({ ...seed, wabaId: "1029384756" });
    await parent.postForm(accountPath(sub.sid), { Status: "closed" });
    expect(simulator.twilio.state()).toMatchObject({ numbers: [], senders: [{ deleted: true }] });
  });

  test("does not close the parent", async () => {
    const answer = await parent.postForm(accountPath(PARENT.sid), { Status: "closed" });
    expect(answer.status).toBe(400);
  });

  test.each([
    ["no credentials", null],
    ["an unknown SID", { sid: `AC${"9".repeat(32)}`, authToken: PARENT.authToken }],
    ["a wrong token", { sid: PARENT.sid, authToken: "wrong" }],
  ])("answers 401 with 20003 to %s", async (_what, credentials) => {
    const answer = await parent.as(credentials).get(ACCOUNTS);
    expect(answer).toMatchObject({ status: 401, body: { code: 20003, status: 401 } });
  });

  test("does not take a subaccount's SID with the parent's token", async () => {
    const sub = simulator.twilio.seedAccount();
    const mixed = parent.as({ sid: sub.sid, authToken: PARENT.authToken });
    expect(await mixed.get(accountPath(sub.sid))).toMatchObject({ status: 401 });
  });

  test.each([
    accountPath(`AC${"9".repeat(32)}`),
    "/2010-04-01/accounts.json",
    "/2010-04-01/Accounts",
  ])("answers 404 with 20404 to %s", async (path) => {
    expect(await parent.get(path)).toMatchObject({ status: 404, body: { code: 20404 } });
  });
});
