import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../dev/simulator/simulator.ts";
import type { Account } from "../../dev/simulator/twilio/types.ts";
import {
  numberPath,
  numbersPath,
  PARENT,
  startTestSimulator,
  type TwilioAnswer,
  TwilioCaller,
} from "./twilio-caller.ts";

const NUMBER = "+5511987654321";

let simulator: Simulator;
let parent: TwilioCaller;
let sub: Account;
let sid: string;

beforeAll(async () => {
  simulator = await startTestSimulator();
  parent = new TwilioCaller(simulator.twilioUrl);
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.reset();
  sub = simulator.twilio.seedAccount();
  sid = simulator.twilio.seedNumber({ phoneNumber: NUMBER }).sid;
  simulator.twilio.seedNumber({ phoneNumber: "+5511987654322" });
});

const shown = ({ body }: TwilioAnswer) =>
  (body.incoming_phone_numbers as { phone_number: string }[]).map((one) => one.phone_number);

describe("IncomingPhoneNumbers", () => {
  test("lists one account's numbers, all or the one that is asked for", async () => {
    const path = numbersPath(PARENT.sid);
    expect(shown(await parent.get(path))).toEqual(["+5511987654322", NUMBER]);
    expect(shown(await parent.get(`${path}?PhoneNumber=${encodeURIComponent(NUMBER)}`))).toEqual([
      NUMBER,
    ]);
    // A "+" that was not encoded is a space.
    expect(shown(await parent.get(`${path}?PhoneNumber=${NUMBER}`))).toEqual([]);
    expect(shown(await parent.get(numbersPath(sub.sid)))).toEqual([]);
    expect((await parent.get(`${path}?PageSize=1`)).body.next_page_uri).toMatch(/PageToken=/);
  });

  test("moves a number into a subaccount with the parent's credentials", async () => {
    const moved = await parent.postForm(numberPath(PARENT.sid, sid), { AccountSid: sub.sid });
    expect(moved).toMatchObject({ status: 200, body: { sid, account_sid: sub.sid } });
    expect(shown(await parent.get(numbersPath(sub.sid)))).toEqual([NUMBER]);
    expect(shown(await parent.as(sub).get(numbersPath(sub.sid)))).toEqual([NUMBER]);
    expect(shown(await parent.get(numbersPath(PARENT.sid)))).not.toContain(NUMBER);
    expect((await parent.get(numberPath(PARENT.sid, sid))).status).toBe(404);
    const back = await parent.postForm(numberPath(sub.sid, sid), { AccountSid: PARENT.sid });
    expect(back.body.account_sid).toBe(PARENT.sid);
  });

  test("does not let a subaccount give its number away or look into another account", async () => {
    const own = simulator.twilio.seedNumber({ phoneNumber: "+5511900000001", accountSid: sub.sid });
    const asSub = parent.as(sub);
    const path = numberPath(sub.sid, own.sid);
    expect(await asSub.postForm(path, { AccountSid: PARENT.sid })).toMatchObject({ status: 401 });
    expect(await asSub.get(numbersPath(PARENT.sid))).toMatchObject({ status: 401 });
    expect((await asSub.get(path)).status).toBe(200);
  });

  test("does not move a number into an account that is unknown or not active", async () => {
    const closed = simulator.twilio.seedAccount({ status: "closed" });
    const move = async (AccountSid: string) =>
      parent.postForm(numberPath(PARENT.sid, sid), { AccountSid });
    expect(await move(`AC${"9".repeat(32)}`)).toMatchObject({ status: 400, body: { code: 20001 } });
    expect(await move(closed.sid)).toMatchObject({ status: 403, body: { code: 20403 } });
    expect(shown(await parent.get(numbersPath(PARENT.sid)))).toContain(NUMBER);
  });

  test("sets and unsets webhooks, and leaves the others as they are", async () => {
    const path = numberPath(PARENT.sid, sid);
    const application = `AP${"a".repeat(32)}`;
    const set = await parent.postForm(path, {
      SmsUrl: "https://example.org/sms",
      SmsMethod: "GET",
      SmsApplicationSid: application,
      VoiceUrl: "https://example.org/voice",
    });
    expect(set.body).toMatchObject({
      sms_url: "https://example.org/sms",
      sms_method: "GET",
      sms_application_sid: application,
      voice_url: "https://example.org/voice",
    });
    const unset = await parent.postForm(path, { SmsUrl: "", SmsApplicationSid: "" });
    expect(unset.body).toMatchObject({
      sms_url: null,
      sms_application_sid: null,
      voice_url: "https://example.org/voice",
    });
    expect((await parent.get(path)).body).toEqual(unset.body);
  });

  test.each([{ SmsUrl: "no address" }, { SmsMethod: "PATCH" }, { SmsApplicationSid: "AP1" }])(
    "refuses %j",
    async (fields) => {
      const answer = await parent.postForm(numberPath(PARENT.sid, sid), fields);
      expect(answer).toMatchObject({ status: 400, body: { code: 20001 } });
    },
  );
});
