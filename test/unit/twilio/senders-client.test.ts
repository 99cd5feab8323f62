import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { SendersClient } from "../../../src/twilio/senders-client.ts";
import { TwilioTransport } from "../../../src/twilio/transport.ts";

const AS = { accountSid: `AC${"1".repeat(32)}`, authToken: "its-own" };

describe("the list of senders", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  /** Answers with what `page` says for the page's number; the first is 0. */
  async function clientFor(page: (number: number, origin: string) => object) {
    const asked: string[] = [];
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://127.0.0.1");
      asked.push(request.url ?? "");
      const body = page(Number(url.searchParams.get("Page") ?? 0), "https://elsewhere.invalid");
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const client = new SendersClient(new TwilioTransport(pino({ level: "silent" })), {
      messagingBaseUrl: `http://127.0.0.1:${port}`,
      timeoutMs: 1_000,
    });
    return { client, asked };
  }

  const sender = (sid: string) => ({ sid, status: "ONLINE", sender_id: "whatsapp:+5511980000001" });

  test("is read page by page, never from another host", async () => {
    const { client, asked } = await clientFor((page, origin) => ({
      senders: [sender(`XE${page}`)],
      meta: {
        next_page_url: page < 2 ? `${origin}/v2/Channels/Senders?Page=${page + 1}` : null,
      },
    }));
    expect((await client.list(AS)).map(({ sid }) => sid)).toEqual(["XE0", "XE1", "XE2"]);
    expect(asked).toEqual([
      "/v2/Channels/Senders?Channel=whatsapp&PageSize=1000",
      "/v2/Channels/Senders?Page=1",
      "/v2/Channels/Senders?Page=2",
    ]);
  });

  test.each([
    ["does not end", (page: number) => page + 1, 100],
    ["comes back to itself", () => 1, 2],
  ])("that %s is a failure to be tried again, not an endless one", async (_how, next, pages) => {
    const { client, asked } = await clientFor((page, origin) => ({
      senders: [],
      meta: { next_page_url: `${origin}/v2/Channels/Senders?Page=${next(page)}` },
    }));
    await expect(client.list(AS)).rejects.toMatchObject({ kind: "retryable" });
    expect(asked).toHaveLength(pages);
  });

  test.each([
    ["a list without senders", { meta: {} }],
    ["a sender without a status", { senders: [{ sid: "XE1", sender_id: "x" }], meta: {} }],
  ])("as %s is a failure of unknown outcome", async (_what, body) => {
    const { client } = await clientFor(() => body);
    await expect(client.list(AS)).rejects.toMatchObject({
      kind: "retryable",
      outcomeUnknown: true,
    });
  });
});
