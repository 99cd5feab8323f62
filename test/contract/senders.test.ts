import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../dev/simulator/simulator.ts";
import type { Account } from "../../dev/simulator/twilio/types.ts";
import {
  creation,
  PARENT,
  SENDERS,
  SENDERS_LIST,
  startTestSimulator,
  TestClock,
  type TwilioAnswer,
  TwilioCaller,
  WABA,
} from "./twilio-caller.ts";

const clock = new TestClock();
let simulator: Simulator;
let account: Account;
let caller: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ clock, maxPageSize: 3 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.reset();
  account = simulator.twilio.seedAccount();
  caller = new TwilioCaller(simulator.twilioUrl, account);
});

const sids = ({ body }: TwilioAnswer) => (body.senders as { sid: string }[]).map(({ sid }) => sid);

async function created(phoneNumber?: string, over?: Record<string, unknown>): Promise<string> {
  const answer = await caller.postJson(SENDERS, creation(phoneNumber, over));
  expect(answer.status).toBe(202);
  return answer.body.sid;
}

async function statusOf(sid: string): Promise<string> {
  return (await caller.get(`${SENDERS}/${sid}`)).body.status;
}

describe("Senders", () => {
  test("accepts a creation and shows it as it was given", async () => {
    const webhook = {
      callback_url: "https://example.org/in",
      callback_method: "PUT",
      status_callback_url: "https://example.org/status",
    };
    const profile = { name: "Padaria da Ana", vertical: "Restaurant", websites: [] };
    const answer = await caller.postJson(SENDERS, creation(undefined, { webhook, profile }));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("T-Request-Id")).toMatch(/^RQ/);
    expect(answer.body).toMatchObject({
      sid: expect.stringMatching(/^XE[0-9a-f]{32}$/),
      status: "CREATING",
      sender_id: "whatsapp:+5511987654321",
      configuration: { waba_id: WABA },
      webhook: { ...webhook, fallback_url: null },
      profile,
      offline_reasons: null,
      compliance: null,
      url: `${simulator.twilioUrl}${SENDERS}/${answer.body.sid}`,
    });
    expect((await caller.get(`${SENDERS}/${answer.body.sid}`)).body).toEqual(answer.body);
  });

  test("is ONLINE once its time has come, driven by the clock alone", async () => {
    const sid = await created();
    clock.advance(999);
    expect(await statusOf(sid)).toBe("CREATING");
    clock.advance(1);
    expect(await statusOf(sid)).toBe("ONLINE");
    expect((await caller.get(`${SENDERS}/${sid}`)).body.properties).toMatchObject({
      quality_rating: "HIGH",
    });
  });

  test("lists an account's own senders alone, page by page with absolute addresses", async () => {
    const other = simulator.twilio.seedAccount();
    const seed = { phoneNumber: "+5511900000009", wabaId: "2029384756" };
    simulator.twilio.seedSender({ ...seed, accountSid: other.sid });
    const mine: string[] = [];
    for (let i = 0; i < 5; i += 1) mine.unshift(await created(`+551190000000${i}`));

    const seen: string[] = [];
    let path: string | null = `${SENDERS_LIST}&PageSize=1000`;
    const sizes: number[] = [];
    while (path !== null) {
      const page = await caller.get(path);
      seen.push(...sids(page));
      sizes.push(sids(page).length);
      // The first one shown is deleted meanwhile: nobody else may be lost by it.
      if (sizes.length === 1) await caller.delete(`${SENDERS}/${seen[0]}`);
      const meta = page.body.meta as { next_page_url: string | null; key: string };
      expect(meta.key).toBe("senders");
      path = meta.next_page_url?.replace(simulator.twilioUrl, "") ?? null;
    }
    expect(seen).toEqual(mine);
    expect(sizes).toEqual([3, 2]);
  });

  test("wants to know the channel, and has nothing on RCS", async () => {
    await created();
    expect(await caller.get(SENDERS)).toMatchObject({ status: 400, body: { code: 20001 } });
    expect(await caller.get(`${SENDERS}?Channel=sms`)).toMatchObject({ status: 400 });
    expect(sids(await caller.get(`${SENDERS}?Channel=rcs`))).toEqual([]);
  });

  test("updates settings, and is ONLINE:UPDATING while a new profile goes out", async () => {
    const sid = await created();
    clock.advance(1000);
    expect(await statusOf(sid)).toBe("ONLINE");
    const update = { profile: { about: "Pão" }, webhook: { callback_url: "https://example.org/" } };
    const answer = await caller.postJson(`${SENDERS}/${sid}`, update);
    expect(answer).toMatchObject({
      status: 202,
      body: { status: "ONLINE:UPDATING", profile: { name: "Padaria da Ana", about: "Pão" } },
    });
    clock.advance(1000);
    expect(await statusOf(sid)).toBe("ONLINE");
  });

  test("deletes: 204, then 404 and out of the list; a second time 404", async () => {
    const sid = await created();
    expect((await caller.delete(`${SENDERS}/${sid}`)).status).toBe(204);
    expect(await caller.get(`${SENDERS}/${sid}`)).toMatchObject({
      status: 404,
      body: { code: 20404 },
    });
    expect(sids(await caller.get(SENDERS_LIST))).toEqual([]);
    expect((await caller.delete(`${SENDERS}/${sid}`)).status).toBe(404);
    expect(simulator.twilio.state().senders).toMatchObject([{ sid, deleted: true }]);
  });

  test("acts on the parent's own senders with the parent's credentials, never on a subaccount's", async () => {
    const sid = await created();
    const parent = caller.as(PARENT);
    expect((await parent.get(`${SENDERS}/${sid}`)).status).toBe(404);
    expect((await parent.delete(`${SENDERS}/${sid}`)).status).toBe(404);
    expect((await parent.postJson(`${SENDERS}/${sid}`, {})).status).toBe(404);
    const own = await parent.postJson(
      SENDERS,
      creation("+5511900000001", { configuration: { waba_id: "2029384756" } }),
    );
    expect(own.status).toBe(202);
    expect(sids(await parent.get(SENDERS_LIST))).toEqual([own.body.sid]);
    expect(sids(await caller.get(SENDERS_LIST))).toEqual([sid]);
  });

  test("makes a second sender for the same number in the same account", async () => {
    const first = await created();
    const second = await created();
    expect(second).not.toBe(first);
    expect(sids(await caller.get(SENDERS_LIST))).toEqual([second, first]);
  });

  test("lists the sandbox's sender, which binds the account to no WABA", async () => {
    const sandbox = { accountSid: account.sid, phoneNumber: "+14155238886" };
    const { sid } = simulator.twilio.seedSender(sandbox);
    const own = await created();
    expect(sids(await caller.get(SENDERS_LIST))).toEqual([own, sid]);
    expect(await created("+5511900000002", { configuration: {} })).toMatch(/^XE/);
  });

  test("lets further senders of an account leave the WABA out", async () => {
    await created("+5511900000001");
    const sid = await created("+5511900000002", { configuration: {} });
    expect((await caller.get(`${SENDERS}/${sid}`)).body.configuration).toMatchObject({
      waba_id: WABA,
    });
  });
});
