import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import twilio from "twilio";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import { PARENT, startTestSimulator } from "../../contract/twilio-caller.ts";

const NUMBER = "+5511987654321";
const PERSON = "+5511912345678";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

/** A sender that is ONLINE in a subaccount of its own. */
function connected(webhook: Record<string, unknown> = {}) {
  const account = simulator.twilio.seedAccount();
  const { sid } = simulator.twilio.seedSender({ accountSid: account.sid, phoneNumber: NUMBER });
  simulator.twilio.setSender(sid, { webhook });
  return { account, senderSid: sid };
}

interface Message {
  sid?: string;
  code?: number;
  status: string | number;
}

async function send(
  { sid, authToken }: { sid: string; authToken: string },
  fields: Record<string, string>,
): Promise<{ status: number; body: Message }> {
  const answer = await fetch(`${simulator.twilioUrl}/2010-04-01/Accounts/${sid}/Messages.json`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${sid}:${authToken}`).toString("base64")}`,
    },
    body: new URLSearchParams(fields),
  });
  return { status: answer.status, body: (await answer.json()) as Message };
}

const text = { From: `whatsapp:${NUMBER}`, To: `whatsapp:${PERSON}`, Body: "Olá" };

describe("POST /2010-04-01/Accounts/:sid/Messages.json", () => {
  test("accepts a message from the subaccount that has the sender", async () => {
    const { account } = connected();
    expect(await send(account, text)).toMatchObject({
      status: 201,
      body: { sid: expect.stringMatching(/^SM[0-9a-f]{32}$/), status: "queued" },
    });
  });

  test("refuses the parent's credentials, and a sender that is not ONLINE, with 63007", async () => {
    const { account, senderSid } = connected();
    expect(await send(PARENT, text)).toMatchObject({ status: 400, body: { code: 63007 } });
    simulator.twilio.setSender(senderSid, { status: "OFFLINE" });
    expect(await send(account, text)).toMatchObject({ status: 400, body: { code: 63007 } });
  });

  test.each([
    [{ To: "+5511912345678" }, 21211],
    [{ Body: "" }, 21602],
  ])("names what is wrong with %j", async (change, code) => {
    const { account } = connected();
    expect(await send(account, { ...text, ...change })).toMatchObject({
      status: 400,
      body: { code },
    });
  });
});

describe("a message to a sender", () => {
  const message = { to: NUMBER, from: PERSON, body: "Oi, 1+1" };

  test("reaches its webhook, signed with the subaccount's token", async () => {
    const received: { form: Record<string, string>; signature: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const signature = String(request.headers["x-twilio-signature"]);
        received.push({ form: Object.fromEntries(new URLSearchParams(body)), signature });
        response.end("<Response/>");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?tenant=1`;
      const { account } = connected({ callback_url: url });
      const answer = await fetch(`${simulator.twilioUrl}/simulator/messages`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(message),
      });
      expect(await answer.json()).toEqual({ status: 200, body: "<Response/>" });
      const [{ form, signature } = { form: {}, signature: "" }] = received;
      expect(form).toMatchObject({
        AccountSid: account.sid,
        From: `whatsapp:${PERSON}`,
        To: `whatsapp:${NUMBER}`,
        WaId: "5511912345678",
        Body: "Oi, 1+1",
      });
      expect(twilio.validateRequest(account.authToken, signature, url, form)).toBe(true);
      expect(twilio.validateRequest(PARENT.authToken, signature, url, form)).toBe(false);
    } finally {
      server.close();
    }
  });

  test("goes nowhere without a webhook, and needs a sender", async () => {
    connected();
    expect(await simulator.twilio.receiveMessage(message)).toBeNull();
    await expect(
      simulator.twilio.receiveMessage({ ...message, to: "+5511900000000" }),
    ).rejects.toThrow("no sender ONLINE");
  });
});
