import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import twilio from "twilio";
import { dump } from "../../support/dump.ts";
import { newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { untilStatus } from "../../support/signup.ts";
import {
  codeFor,
  EMPTY,
  finish,
  FORMER,
  META_CODE,
  META_SMS,
  post,
  relayOf,
  relaying,
  SMS_PATH,
  untilJoined,
  untilQuiet,
} from "./relayed-signup.ts";

const PARENT_TOKEN = "parent-token-of-the-tests";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const fieldsFor = (to: string, Body = META_SMS, AccountSid = PARENT_SID) => ({
  ToCountry: "",
  AccountSid,
  From: "+15550001111",
  To: to,
  Body,
  MessageSid: `SM${"1".repeat(32)}`,
});

const signatureOf = (fields: Record<string, string>, token = PARENT_TOKEN, path = SMS_PATH) =>
  twilio.getExpectedTwilioSignature(token, `${service.url}${path}`, fields);

const subaccountWithoutTheNumber = async () => {
  const { sid, authToken } = service.simulator.twilio.seedAccount();
  const now = new Date();
  const record = { _id: sid, userId: "x", wabaId: sid, sid, createdAt: now, updatedAt: now };
  await service.database.connection
    .collection<{ _id: string }>("twilio_subaccounts")
    .insertOne(record);
  return { sid, authToken };
};

describe.each(["sms", "voice", "voice/transcription"])("POST /webhooks/twilio/%s", (name) => {
  const path = `/webhooks/twilio/${name}`;

  async function expectRefused(
    fields: Record<string, string>,
    signature: string | undefined,
  ): Promise<void> {
    await untilQuiet(service);
    const before = await dump(service.database);
    const request = post(service, path, fields);
    if (signature !== undefined) request.set("X-Twilio-Signature", signature);
    expect(problemIn(await request)).toBe("403 webhook_signature_invalid");
    expect(await dump(service.database)).toEqual(before);
  }

  test("is refused without a signature, and with one of another text", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const fields = fieldsFor(phoneNumber);
    const signature = signatureOf(fields, PARENT_TOKEN, path);
    await expectRefused(fields, undefined);
    await expectRefused(fields, "");
    await expectRefused({ ...fields, Body: "Your WhatsApp code is 111-111" }, signature);
    await expectRefused({ ...fields, Extra: "1" }, signature);
    await expectRefused(fields, signatureOf(fields, PARENT_TOKEN, `${path}?a=1`));
    await expectRefused(fields, signatureOf(fields, "another-token", path));
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });

  test("is refused for an account that is not ours, and for one that does not hold the number", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const stranger = service.simulator.twilio.seedAccount();
    const notKnown = fieldsFor(phoneNumber, META_SMS, stranger.sid);
    await expectRefused(notKnown, signatureOf(notKnown, stranger.authToken, path));
    const noRelay = fieldsFor("+5511955550000", META_SMS, stranger.sid);
    await expectRefused(noRelay, signatureOf(noRelay, stranger.authToken, path));
    const other = await subaccountWithoutTheNumber();
    const notHolding = fieldsFor(phoneNumber, META_SMS, other.sid);
    await expectRefused(notHolding, signatureOf(notHolding, other.authToken, path));
    const asParent = fieldsFor(phoneNumber);
    await expectRefused(asParent, signatureOf(asParent, other.authToken, path));
    for (const AccountSid of ["", "AC1", `${PARENT_SID}/../x`]) {
      const malformed = { ...asParent, AccountSid };
      await expectRefused(malformed, signatureOf(malformed, PARENT_TOKEN, path));
    }
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });

  test("answers with nothing for a number that has no relay", async () => {
    const fields = fieldsFor("+5511955550000");
    const before = await dump(service.database);
    const answer = await post(service, path, fields).set(
      "X-Twilio-Signature",
      signatureOf(fields, PARENT_TOKEN, path),
    );
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: EMPTY });
    expect(answer.headers["content-type"]).toBe("text/xml; charset=utf-8");
    expect(await dump(service.database)).toEqual(before);
  });
});

describe("POST /webhooks/twilio/sms", () => {
  test("counts the token of the subaccount to which the number was moved meanwhile", async () => {
    const first = await relaying(service);
    const { phoneNumber, userId } = first;
    const second = await relaying(service, { phoneNumber, userId });
    const id = await finish(first.visitor, first.payload, newWaba());
    const { meta } = await untilStatus(service, id, "linked", userId);
    const answer = await service.simulator.twilio.receiveSms({
      to: phoneNumber,
      from: "32665",
      body: META_SMS,
    });
    expect(answer).toEqual({ status: 200, body: EMPTY });
    expect((await codeFor(second.visitor, second.payload)).code).toBe(META_CODE);
    expect((await relayOf(service, phoneNumber))?.accountSid).toBe(meta.twilioSubaccountSid);
  });

  test("by GET is checked over its address alone", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const path = `${SMS_PATH}?${new URLSearchParams(fieldsFor(phoneNumber)).toString()}`;
    const get = () => supertest(service.url).get(path);
    expect(problemIn(await get())).toBe("403 webhook_signature_invalid");
    const answer = await get().set("X-Twilio-Signature", signatureOf({}, PARENT_TOKEN, path));
    expect(answer.text).toBe(EMPTY);
    expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
  });

  test("counts the public address to the letter, whatever host and proxy say", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const path = `${SMS_PATH}?to=%2B1&empty=&plus=a+b`;
    const fields = { ...fieldsFor(phoneNumber), NewField: " kept as it is " };
    const send = (signature: string) =>
      post(service, path, fields)
        .set("Host", "inner.example")
        .set("X-Forwarded-Host", "inner.example")
        .set("X-Twilio-Signature", signature);
    const signedAs = (url: string) => twilio.getExpectedTwilioSignature(PARENT_TOKEN, url, fields);
    for (const url of [
      `http://inner.example${path}`,
      `${service.url}${path.replace("%2B", "+")}`,
      `${service.url}${SMS_PATH}`,
      `${service.url}${path}#rc=3`,
    ]) {
      expect(problemIn(await send(signedAs(url)))).toBe("403 webhook_signature_invalid");
    }
    expect((await send(signatureOf(fields, PARENT_TOKEN, path))).text).toBe(EMPTY);
    expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
  });

  test("takes a field that is given twice as Twilio signs it", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const fields = { ...fieldsFor(phoneNumber), Tag: ["b", "a", "b"] };
    const signature = twilio.getExpectedTwilioSignature(
      PARENT_TOKEN,
      `${service.url}${SMS_PATH}`,
      fields,
    );
    const answer = await supertest(service.url)
      .post(SMS_PATH)
      .type("form")
      .send(new URLSearchParams(Object.entries(fieldsFor(phoneNumber))).toString())
      .send("Tag=b&Tag=a&Tag=b")
      .set("X-Twilio-Signature", signature);
    expect(answer.text).toBe(EMPTY);
    expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
  });

  test("takes no JSON, though it is signed: messages and calls come as forms", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const text = JSON.stringify(fieldsFor(phoneNumber));
    const path = `${SMS_PATH}?bodySHA256=${twilio.getExpectedBodyHash(text)}`;
    const answer = await supertest(service.url)
      .post(path)
      .type("json")
      .send(text)
      .set("X-Twilio-Signature", signatureOf({}, PARENT_TOKEN, path));
    expect(problemIn(answer)).toBe("403 webhook_signature_invalid");
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });

  test("hands other messages on to who got them before, as they were got", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    for (const body of ["¿Están abiertos?", "Your Google code is 123456", ""]) {
      expect(
        await service.simulator.twilio.receiveSms({
          to: phoneNumber,
          from: "+5215512345678",
          body,
        }),
      ).toEqual({
        status: 200,
        body: `<?xml version="1.0" encoding="UTF-8"?><Response><Redirect method="GET">${FORMER.smsUrl.replace("&", "&amp;")}</Redirect></Response>`,
      });
    }
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });

  test.each([
    ["nobody got them before", { smsUrl: null }],
    ["an application did", { smsApplicationSid: `AP${"b".repeat(32)}` }],
  ])("leaves them where %s", async (_what, number) => {
    const { phoneNumber } = await relaying(service, { number });
    const sms = { to: phoneNumber, from: "+5215512345678", body: "Hola" };
    expect(await service.simulator.twilio.receiveSms(sms)).toEqual({ status: 200, body: EMPTY });
  });

  test("brings a code to each of two sessions for one number, each under its own key", async () => {
    const one = await relaying(service);
    const { phoneNumber } = one;
    const two = await relaying(service, { phoneNumber });
    await untilJoined(service, two);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    for (const { visitor, payload } of [one, two]) {
      expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
    }
    const relay = await relayOf(service, phoneNumber);
    const sealed = Object.values(relay?.sessions ?? {}).map(({ codes }) => codes?.[0]?.sealed);
    expect(new Set(sealed).size).toBe(2);
  });

  test("repeated by Twilio changes nothing for the customer", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    const fields = fieldsFor(phoneNumber);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        post(service, SMS_PATH, fields).set("X-Twilio-Signature", signatureOf(fields)),
      ),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => EMPTY));
    expect((await codeFor(visitor, payload)).codes.map(({ code }) => code)).toEqual([META_CODE]);
  });

  test("PUT is not known", async () => {
    const answer = await supertest(service.url).put(SMS_PATH);
    expect({ status: answer.status, allow: answer.headers.allow }).toEqual({
      status: 405,
      allow: "GET, POST",
    });
  });
});
