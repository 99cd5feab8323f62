import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHttpServer, SERVER_LIMITS } from "../../../src/http/http-server.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

const LIMITS = {
  headersMs: 300,
  requestMs: 600,
  keepAliveMs: 400,
  silentMs: 2_000,
  lookMs: 50,
  connections: 4,
};

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" }, serverLimits: LIMITS });
});
afterAll(() => service.close());

/** A connection to the service, and all that comes on it until it is closed from there. */
async function open(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect({ port: Number(new URL(service.url).port), host: "localhost" });
  socket.on("error", () => {});
  await once(socket, "connect");
  return { socket, answer: text(socket).catch(() => "cut") };
}

const HEAD = "POST /webhooks/twilio/sms HTTP/1.1\r\nHost: x\r\n";
const FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n";

describe("a client that is slow", () => {
  test("with its first line is cut", async () => {
    const { socket, answer } = await open();
    socket.write("POST /web");
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |cut|$)/);
  });

  test("with its headers is cut, however regularly they drip", async () => {
    const { socket, answer } = await open();
    socket.write(HEAD);
    const drip = setInterval(() => socket.write("X-Drip: 1\r\n"), 50);
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |cut|$)/);
    clearInterval(drip);
  });

  test("with its body is cut, however regularly it drips", async () => {
    const { socket, answer } = await open();
    socket.write(`${HEAD}${FORM.replace("20", "10000")}`);
    const drip = setInterval(() => socket.write("a"), 50);
    expect(await answer).not.toContain(" 200 ");
    clearInterval(drip);
  });

  test("with its next request is closed, and a whole one is answered", async () => {
    const { socket, answer } = await open();
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    const all = await answer;
    expect(all).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(all).toContain('{"status":"ok",');
  });
});

describe("connections", () => {
  test("are bounded: the one too many is closed, with a line, and one that ends makes room", async () => {
    const held: Socket[] = [];
    // Each stays open by whole requests, so no other limit ends it.
    const keep = setInterval(() => {
      for (const socket of held) socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    }, 50);
    for (let i = 0; i < LIMITS.connections; i += 1) {
      const { socket } = await open();
      socket.resume();
      held.push(socket);
    }
    const tooMany = await open();
    expect(await tooMany.answer).toMatch(/^(cut)?$/);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "rate_limited",
        level: "warn",
        reason: "connections",
        limit: LIMITS.connections,
      }),
    );
    held.pop()?.destroy();
    const answer = await eventually(
      async () => {
        const { socket, answer: given } = await open();
        socket.write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return given;
      },
      (given) => given.startsWith("HTTP/1.1 200"),
    );
    expect(answer).toContain('{"status":"ok",');
    clearInterval(keep);
    for (const socket of held) socket.destroy();
  });
});

test("headers and bodies beyond their sizes are refused", async () => {
  const { socket, answer } = await open();
  socket.write(`GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(await answer).toMatch(/^HTTP\/1\.1 431 /);
  const form = await service.http
    .post("/webhooks/twilio/sms")
    .type("form")
    .send({ Body: "a".repeat(40_000) });
  expect(form.status).toBe(413);
});

test("the service's own limits are set on its server", () => {
  const log = { write: () => {} } as unknown as Parameters<typeof createHttpServer>[1];
  const server = createHttpServer(() => {}, log);
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 65_000,
    timeout: 120_000,
    maxConnections: 5_000,
  });
  expect(SERVER_LIMITS.headersMs).toBeLessThan(SERVER_LIMITS.requestMs);
});
