import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import express, { type Router } from "express";
import twilio from "twilio";
import {
  NumberNotLinkedError,
  WhatsAppSending,
  type ConnectedNumber,
} from "../../clients/typescript/whatsapp-sending.ts";
import { newNumber, newUser } from "../support/numbers.ts";
import { PARENT_SID, signToken, startTestService, type TestService } from "../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../support/signup.ts";

interface Messaging {
  greet: (customer: string, integration: string, message: object) => Promise<string>;
  answer: (customer: string, integration: string, message: object) => Promise<string>;
  webhooks: Router;
}
interface Example {
  messaging: (settings: object) => Messaging;
}

const PERSON = "+5511912345678";
const PARENT = { accountSid: PARENT_SID, authToken: "parent-token-of-the-tests" };
const customer = newUser();
const received: object[] = [];
const told: object[] = [];

let service: TestService;
let saas: Server;
let webhookUrl: string;
let example: Messaging;
let number: ConnectedNumber;

/** Twilio's library, whose addresses are those of the simulator. */
class Redirected extends twilio.RequestClient {
  override request: twilio.RequestClient["request"] = (asked) => {
    const { pathname, search } = new URL(asked.uri);
    return super.request({ ...asked, uri: `${service.simulator.twilioUrl}${pathname}${search}` });
  };
}
const options = () => ({ httpClient: new Redirected() });

beforeAll(async () => {
  const { messaging } = (await import(
    new URL("../../docs/examples/sending.js", import.meta.url).href
  )) as Example;
  const app = express();
  saas = app.listen(0);
  webhookUrl = `http://localhost:${(saas.address() as AddressInfo).port}/twilio`;
  service = await startTestService({
    env: {
      SENDER_WEBHOOK_URL: `${webhookUrl}/inbound`,
      SENDER_STATUS_CALLBACK_URL: `${webhookUrl}/status`,
    },
  });
  example = messaging({
    serviceUrl: service.url,
    tokenOf: (sub: string) => signToken({ sub }),
    twilioAccount: PARENT,
    webhookUrl,
    inbox: {
      received: (message: object) => received.push(message),
      told: (status: object) => told.push(status),
    },
    options: options(),
  });
  app.use("/twilio", example.webhooks);
  const { integrationId } = await completeSignup(service, {
    userId: customer,
    phoneNumber: newNumber(),
  });
  await untilStatus(service, integrationId, "linked", customer);
  number = await getIntegration(service, integrationId, customer);
});
afterAll(async () => {
  saas.close();
  await service.close();
});

/** What Twilio was last asked to send, and by which account. */
function sent() {
  return service.simulator.twilio
    .requests()
    .findLast(({ operation }) => operation === "messages.create");
}

describe("the example of docs/sending.md", () => {
  test("greets by a template, in the name of the number, with the subaccount's credentials", async () => {
    const sid = await example.greet(customer, number.id, {
      to: PERSON,
      contentSid: `HX${"a".repeat(32)}`,
      name: "Ana",
    });
    expect(sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(sent()?.path).toContain(`/Accounts/${number.meta.twilioSubaccountSid}/Messages`);
  });

  test("answers in free text", async () => {
    const message = { to: PERSON, body: "Abrimos a las ocho." };
    expect(await example.answer(customer, number.id, message)).toMatch(/^SM/);
  });

  test("takes what a person writes, and nothing that Twilio has not signed", async () => {
    const { externalId } = await getIntegration(service, number.id, customer);
    const message = { to: externalId, from: PERSON, body: "¿A qué hora abren?" };
    const answer = await service.simulator.twilio.receiveMessage(message);
    expect(answer?.status).toBe(200);
    expect(received).toEqual([
      {
        subaccountSid: number.meta.twilioSubaccountSid,
        messageSid: expect.stringMatching(/^SM/),
        from: `whatsapp:${PERSON}`,
        body: message.body,
      },
    ]);
    const url = `${webhookUrl}/inbound`;
    for (const [token, accountSid] of [
      ["a-token-of-a-stranger", number.meta.twilioSubaccountSid ?? ""],
      [PARENT.authToken, number.meta.twilioSubaccountSid ?? ""],
      [PARENT.authToken, PARENT_SID],
      ["a-token-of-a-stranger", `AC${"0".repeat(32)}`],
    ] as const) {
      const params = { AccountSid: accountSid, From: `whatsapp:${PERSON}`, Body: "forged" };
      const signature = twilio.getExpectedTwilioSignature(token, url, params);
      const response = await fetch(url, {
        method: "POST",
        headers: { "X-Twilio-Signature": signature },
        body: new URLSearchParams(params),
      });
      expect(response.status).toBe(403);
    }
    expect(received).toHaveLength(1);
  });

  test("is told how a message fared", async () => {
    const url = `${webhookUrl}/status`;
    const sid = number.meta.twilioSubaccountSid ?? "";
    const params = {
      AccountSid: sid,
      MessageSid: "SM1",
      MessageStatus: "failed",
      ErrorCode: "63016",
    };
    const { accounts } = service.simulator.twilio.state();
    const token = accounts.find((account) => account.sid === sid)?.authToken ?? "";
    const response = await fetch(url, {
      method: "POST",
      headers: { "X-Twilio-Signature": twilio.getExpectedTwilioSignature(token, url, params) },
      body: new URLSearchParams(params),
    });
    expect(response.status).toBe(200);
    expect(told).toEqual([
      { subaccountSid: sid, messageSid: "SM1", status: "failed", errorCode: "63016" },
    ]);
  });
});

describe("the helpers", () => {
  test("send nothing for a number that is not linked", async () => {
    const sending = new WhatsAppSending(PARENT, options());
    const before = service.simulator.twilio.requests().length;
    const pending = { ...number, status: "pending" };
    await expect(sending.send(pending, PERSON, { body: "x" })).rejects.toThrow(
      NumberNotLinkedError,
    );
    expect(service.simulator.twilio.requests()).toHaveLength(before);
  });

  test("do what the parent's credentials cannot", async () => {
    const { externalId } = await getIntegration(service, number.id, customer);
    const parent = twilio(PARENT.accountSid, PARENT.authToken, options());
    const message = { from: `whatsapp:${externalId}`, to: `whatsapp:${PERSON}`, body: "x" };
    await expect(parent.messages.create(message)).rejects.toMatchObject({ code: 63007 });
    await expect(
      new WhatsAppSending(PARENT, options()).send(number, PERSON, { body: "x" }),
    ).resolves.toMatch(/^SM/);
  });

  test("read a token anew that was exchanged, to send and to check", async () => {
    const sid = number.meta.twilioSubaccountSid ?? "";
    const url = `${webhookUrl}/status`;
    const params = { AccountSid: sid, MessageStatus: "delivered" };
    const signedBy = (token: string) => twilio.getExpectedTwilioSignature(token, url, params);
    const sending = new WhatsAppSending(PARENT, options());
    const { accounts } = service.simulator.twilio.state();
    const signature = signedBy(accounts.find((one) => one.sid === sid)?.authToken ?? "");
    expect(await sending.isFromTwilio({ url, signature, params })).toBe(true);
    expect(await sending.isFromTwilio({ url, signature: undefined, params })).toBe(false);
    expect(await sending.isFromTwilio({ url: `${url}?x=1`, signature, params })).toBe(false);

    service.simulator.twilio.setAccount(sid, { authToken: "exchanged-token-of-the-subaccount" });
    await expect(sending.send(number, PERSON, { body: "x" })).resolves.toMatch(/^SM/);
    const renewed = { url, signature: signedBy("exchanged-token-of-the-subaccount"), params };
    expect(await sending.isFromTwilio(renewed)).toBe(true);
    service.simulator.twilio.setAccount(sid, { authToken: "once-more-exchanged-token" });
    const again = { url, signature: signedBy("once-more-exchanged-token"), params };
    const now = Date.now();
    const clock = jest.spyOn(Date, "now").mockImplementation(() => now + 6_000);
    expect(await sending.isFromTwilio(again)).toBe(true);
    clock.mockRestore();
  });
});
