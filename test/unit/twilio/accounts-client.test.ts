import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { AccountsClient } from "../../../src/twilio/accounts-client.ts";
import { TwilioTransport } from "../../../src/twilio/transport.ts";

describe("a list whose pages do not end", () => {
  test.each([
    ["come back to themselves", () => 1, 2],
    ["go on for ever", (page: number) => page + 1, 100],
  ])("is a failure to be tried again where they %s", async (_how, next, pages) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("Page") ?? 0);
      const path = "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers.json";
      const next_page_uri = `${path}?Page=${next(page)}`;
      const body = { incoming_phone_numbers: [], page, next_page_uri };
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const client = new AccountsClient(new TwilioTransport(pino({ level: "silent" })), {
      accountSid: `AC${"1".repeat(32)}`,
      authToken: "parent",
      apiBaseUrl: `http://127.0.0.1:${port}`,
      timeoutMs: 1_000,
    });
    await expect(client.listNumbers("AC1")).rejects.toMatchObject({
      name: "TwilioError",
      kind: "retryable",
      outcomeUnknown: false,
    });
    expect(asked).toHaveLength(pages);
    server.closeAllConnections();
    server.close();
  });
});

describe("an answer about an account that lacks what matters", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function clientFor(body: object | "") {
    server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json").end(body && JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    return new AccountsClient(new TwilioTransport(pino({ level: "silent" })), {
      accountSid: `AC${"1".repeat(32)}`,
      authToken: "parent",
      apiBaseUrl: `http://127.0.0.1:${port}`,
      timeoutMs: 1_000,
    });
  }

  test.each([
    ["nothing", {}],
    ["no SID", { auth_token: "t", friendly_name: "n", status: "active" }],
    ["no token", { sid: `AC${"2".repeat(32)}`, friendly_name: "n", status: "active" }],
  ])("has an unknown outcome: %s", async (_what, body) => {
    const client = await clientFor(body);
    await expect(client.create("name", 1_000)).rejects.toMatchObject({
      name: "TwilioError",
      kind: "retryable",
      outcomeUnknown: true,
    });
  });

  test.each([["nothing"], [{}], [{ accounts: "x" }]])(
    "is no list of accounts or numbers: %j",
    async (body) => {
      const client = await clientFor(body === "nothing" ? "" : body);
      for (const list of [client.listActiveByName("name"), client.listNumbers("AC1", "+5511")]) {
        await expect(list).rejects.toMatchObject({ name: "TwilioError", kind: "retryable" });
      }
    },
  );
});
