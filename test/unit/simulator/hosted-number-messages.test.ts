import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import twilio from "twilio";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import { PARENT, startTestSimulator } from "../../contract/twilio-caller.ts";

const NUMBER = "+5511987654321";

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

describe("an SMS or a call to a hosted number", () => {
  test("reaches its webhook, signed with the token of the account that holds it", async () => {
    const received: { url: string; form: Record<string, string>; signature: string }[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const form = Object.fromEntries(new URLSearchParams(text));
        const signature = String(request.headers["x-twilio-signature"]);
        received.push({ url: `${origin}${request.url}`, form, signature });
        response.end("<Response/>");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const sub = simulator.twilio.seedAccount();
      simulator.twilio.seedNumber({
        phoneNumber: NUMBER,
        accountSid: sub.sid,
        smsUrl: `${origin}/sms?x=1`,
        voiceUrl: `${origin}/voice`,
        voiceMethod: "GET",
      });
      const answer = await simulator.twilio.receiveSms({ to: NUMBER, from: "+1", body: "Olá 1" });
      expect(answer).toEqual({ status: 200, body: "<Response/>" });
      await simulator.twilio.receiveCall({ to: NUMBER, from: "+1" });
      expect(await simulator.meta.sendCode({ phoneNumber: NUMBER })).toEqual({ to: "webhook" });

      const [sms, call, code] = received;
      expect(sms?.form).toMatchObject({
        AccountSid: sub.sid,
        To: NUMBER,
        From: "+1",
        Body: "Olá 1",
      });
      expect(code?.form.Body).toMatch(/\b\d{3}-\d{3}\b/);
      expect(call?.url).toContain("/voice?ApiVersion=2010-04-01&AccountSid=AC");
      for (const { url, form, signature } of received) {
        expect(twilio.validateRequest(sub.authToken, signature, url, form)).toBe(true);
        expect(twilio.validateRequest(PARENT.authToken, signature, url, form)).toBe(false);
      }
    } finally {
      server.close();
    }
  });

  test("reaches nobody where no webhook is set, or an application is", async () => {
    const webhook = { smsUrl: "http://127.0.0.1:9/", smsApplicationSid: `AP${"a".repeat(32)}` };
    simulator.twilio.seedNumber({ phoneNumber: NUMBER, ...webhook });
    const sms = { to: NUMBER, from: "+1", body: "x" };
    expect(await simulator.twilio.receiveSms(sms)).toBeNull();
    expect(await simulator.twilio.receiveCall({ to: NUMBER, from: "+1" })).toBeNull();
    await expect(simulator.twilio.receiveSms({ ...sms, to: "+5511900000001" })).rejects.toThrow(
      "has no +5511900000001",
    );
  });
});
