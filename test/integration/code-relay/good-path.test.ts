import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import type { SignupRequest } from "../../../dev/simulator/meta/control.ts";
import { dumpText } from "../../support/dump.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { untilStatus } from "../../support/signup.ts";
import {
  codeFor,
  EMPTY,
  finish,
  FORMER,
  META_CODE,
  META_SMS,
  numberOf,
  relayOf,
  relaying,
  SMS_PATH,
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

describe("a signup of a number at Twilio that is assigned to the owner", () => {
  test("has the number point at us and keeps what was there, before it is changed", async () => {
    const applicationSid = `AP${"a".repeat(32)}`;
    const { phoneNumber, sessionId, userId } = await relaying(service, {
      number: { smsApplicationSid: applicationSid },
    });
    const ours = `${service.url}${SMS_PATH}`;
    expect(webhooksOf(service, phoneNumber)).toEqual({
      smsUrl: ours,
      smsMethod: "POST",
      smsApplicationSid: null,
      voiceUrl: FORMER.voiceUrl,
      voiceMethod: "POST",
      voiceApplicationSid: null,
    });
    expect(await relayOf(service, phoneNumber)).toMatchObject({
      accountSid: PARENT_SID,
      former: { sms: { url: FORMER.smsUrl, method: "GET", applicationSid, ourUrl: ours } },
      sessions: { [sessionId]: { userId, channel: "sms", joined: true } },
    });
  });

  test("shows Meta's code in the browser of the session, which gets through the popup", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    expect(await codeFor(visitor, payload)).toEqual({ success: true, relay: "waiting", codes: [] });
    expect(await service.simulator.meta.sendCode({ phoneNumber })).toEqual({ to: "webhook" });
    const { code, relay } = await codeFor(visitor, payload);
    expect({ code, relay }).toEqual({ relay: "code", code: expect.stringMatching(/^\d{6}$/) });
    const { body } = await visitor.start(payload);
    const { launch } = body as { launch: Pick<SignupRequest, "appId" | "configId" | "extras"> };
    const result = service.simulator.meta.completeSignup({
      appId: launch.appId,
      configId: launch.configId,
      extras: launch.extras,
      phoneNumber,
      verificationCode: code ?? "",
    });
    expect(result.message?.event).toBe("FINISH");
  });

  test("shows the last three codes with sender and time, so that a stranger's hides none", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const receive = (from: string, body: string) =>
      service.simulator.twilio.receiveSms({ to: phoneNumber, from, body });
    const startedMs = Date.now();
    expect(await receive("WhatsApp", "Tu código de WhatsApp: 111-222")).toEqual({
      status: 200,
      body: EMPTY,
    });
    await receive("32665", META_SMS);
    await receive("+5215512345678", "your WhatsApp code is 999-999");
    const three = await codeFor(visitor, payload);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(three).toEqual({
      success: true,
      relay: "code",
      code: "999999",
      codes: [
        { code: "999999", from: "+5215512345678", at },
        { code: META_CODE, from: "32665", at },
        { code: "111222", from: "WhatsApp", at },
      ],
    });
    const times = three.codes.map((one) => Date.parse(one.at));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(times.at(-1)).toBeGreaterThanOrEqual(startedMs);
    await receive("32665", "Your WhatsApp code is 333-444");
    const { code, codes } = await codeFor(visitor, payload);
    expect([code, ...codes.map((one) => one.code)]).toEqual([
      "333444",
      "333444",
      "999999",
      META_CODE,
    ]);
  });

  test("ends with the number as it was, in the subaccount to which it was moved", async () => {
    const { phoneNumber, visitor, payload, userId } = await relaying(service);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    const id = await finish(visitor, payload, newWaba());
    expect(await codeFor(visitor, payload)).toEqual({ success: true, relay: "none", codes: [] });
    const { meta } = await untilStatus(service, id, "linked", userId);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
    expect(numberOf(service, phoneNumber).accountSid).toBe(meta.twilioSubaccountSid);
  });

  test("leaves neither code nor cookie in any collection or log line", async () => {
    const { phoneNumber, sessionId, userId, signupUrl } = await relaying(service);
    await service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    const { pathname, search, searchParams } = new URL(signupUrl);
    const page = await supertest(service.url).get(`${pathname}${search}`);
    const [, cookie = ""] = /=([\w-]{43});/.exec(page.get("Set-Cookie")?.[0] ?? "") ?? [];
    const send = (path: string, body: object) =>
      supertest(service.url).post(path).set("Cookie", `whatsapp_signup=${cookie}`).send(body);
    const payload = searchParams.get("payload");
    await send("/whatsapp/signup/start", { payload, confirm: true }).expect(200);
    await untilJoined(service, { phoneNumber, sessionId });
    const sms = "Your WhatsApp code is 739-146. Don't share it with anyone.";
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: sms });
    const { body } = await send("/whatsapp/signup/relayed-code", { payload });
    expect(body).toMatchObject({ success: true, relay: "code", code: "739146" });
    const stored = await dumpText(service.database);
    expect(cookie).toHaveLength(43);
    expect(stored).toContain('"sealed"');
    for (const text of [stored, service.logText()]) {
      expect(text).not.toMatch(/739-?146/);
      expect(text).not.toContain(cookie);
    }
  });

  test("finds a number that a subaccount of the owner holds", async () => {
    const [userId, sid] = [newUser(), service.simulator.twilio.seedAccount().sid];
    const now = new Date();
    const record = { _id: userId, userId, wabaId: newWaba(), sid, createdAt: now, updatedAt: now };
    await service.database.connection
      .collection<{ _id: string }>("twilio_subaccounts")
      .insertOne(record);
    const number = { accountSid: sid };
    const { phoneNumber, visitor, payload } = await relaying(service, { userId, number });
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
  });

  test("finds a number where another owner had it before", async () => {
    const { phoneNumber, visitor, payload, userId } = await relaying(service);
    const id = await finish(visitor, payload, newWaba());
    const { meta } = await untilStatus(service, id, "linked", userId);
    await untilOver(service, phoneNumber);
    const next = await relaying(service, { phoneNumber });
    expect((await relayOf(service, phoneNumber))?.accountSid).toBe(meta.twilioSubaccountSid);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    expect((await codeFor(next.visitor, next.payload)).code).toBe(META_CODE);
  });

  test("knows the number's line, where Twilio writes it otherwise than the customer", async () => {
    const digits = newNumber().slice(-8);
    const [typed, atTwilio] = [`+5411${digits}`, `+54911${digits}`];
    service.simulator.twilio.seedNumber({ phoneNumber: atTwilio, ...FORMER });
    const { visitor, payload, sessionId } = await started(service, {
      phoneNumber: typed,
      claims: { phone_numbers: [typed] },
      number: null,
    });
    await untilJoined(service, { phoneNumber: atTwilio, sessionId });
    expect(webhooksOf(service, atTwilio).smsUrl).toBe(`${service.url}${SMS_PATH}`);
    await service.simulator.twilio.receiveSms({ to: atTwilio, from: "32665", body: META_SMS });
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "code", code: META_CODE });
    await finish(visitor, payload, newWaba());
    await untilOver(service, atTwilio);
    expect(webhooksOf(service, atTwilio)).toMatchObject(FORMER);
  });

  test("leaves a number alone that the operator has assigned to another owner", async () => {
    const phoneNumber = newNumber();
    await service.database.connection.collection<{ _id: string }>("number_assignments").insertOne({
      _id: phoneNumber,
      userId: newUser(),
      assignedAt: new Date(),
    } as {
      _id: string;
    });
    const { visitor, payload } = await started(service, { phoneNumber });
    await untilQuiet(service);
    expect(await codeFor(visitor, payload)).toEqual({ success: true, relay: "none", codes: [] });
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("counts an operator's assignment", async () => {
    const [phoneNumber, userId] = [newNumber(), newUser()];
    await service.database.connection
      .collection<{ _id: string }>("number_assignments")
      .insertOne({ _id: phoneNumber, userId, assignedAt: new Date() } as { _id: string });
    await relaying(service, { phoneNumber, userId, claims: {} });
    expect(webhooksOf(service, phoneNumber).smsUrl).toBe(`${service.url}${SMS_PATH}`);
  });
});
