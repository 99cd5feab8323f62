import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { createLogger } from "../../../src/logger.ts";
import { GraphClient } from "../../../src/meta/graph-client.ts";

test.each([
  ["come back to themselves", () => "same", 2],
  ["go on for ever", (after: string) => `${after}x`, 50],
])("phone numbers whose pages %s are no answer of Meta's", async (_how, next, pages) => {
  let asked = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    response.setHeader("content-type", "application/json");
    if (pathname.endsWith("access_token")) return response.end('{"access_token":"t"}');
    asked += 1;
    const cursors = { after: next(searchParams.get("after") ?? "a") };
    return response.end(JSON.stringify({ data: [], paging: { cursors, next: "more" } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new GraphClient(
    { baseUrl: `http://127.0.0.1:${port}`, version: "v25.0", appId: "1", appSecret: "s" },
    createLogger("silent"),
  );
  const session = await client.openSession("code");
  await expect(session.phoneNumbers("111222333")).rejects.toMatchObject({
    name: "GraphError",
    kind: "unavailable",
  });
  expect(asked).toBe(pages);
  server.closeAllConnections();
  server.close();
});
