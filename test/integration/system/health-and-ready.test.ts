import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openTcpProxy, type TcpProxy } from "../database/tcp-proxy.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

let service: TestService;
let proxy: TcpProxy | undefined;

/** Puts a cable between service and database that can be cut. */
async function throughProxy(): Promise<TcpProxy> {
  const uri = new URL(service.database.uri);
  const opened = await openTcpProxy(service.database.uri);
  uri.port = String(opened.port);
  uri.searchParams.set("directConnection", "true");
  uri.searchParams.set("serverSelectionTimeoutMS", "300");
  await service.restart({ MONGODB_URI: uri.href });
  return opened;
}

async function ask(path: string) {
  const started = performance.now();
  const { status, body } = await service.http.get(path);
  return { status, body: body as unknown, ms: performance.now() - started };
}

/** One connection on which requests are written by hand. */
async function openWire(url: string) {
  const socket = connect(Number(new URL(url).port), "localhost");
  await once(socket, "connect");
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString();
  });
  return {
    send: (...lines: string[]) => socket.write(lines.join("\r\n")),
    received: () => received,
  };
}

beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
afterAll(() => service.close());

describe("GET /health and GET /ready", () => {
  test("are good while all is well", async () => {
    expect(await ask("/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await ask("/ready")).toMatchObject({ status: 200, body: { status: "ready" } });
  });

  test("need no token and tell nothing more", async () => {
    const { text } = await service.http.get("/ready");
    expect(text).toBe('{"status":"ready"}');
  });

  test("with the database down: alive, not ready, and ready again when it is back", async () => {
    proxy = await throughProxy();
    expect(await ask("/ready")).toMatchObject({ status: 200 });
    const { port } = proxy;
    await proxy.close();
    const down = await ask("/ready");
    expect(down).toMatchObject({ status: 503, body: { status: "unavailable" } });
    expect(down.ms).toBeLessThan(3_000);
    expect(await ask("/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    proxy = await openTcpProxy(service.database.uri, port);
    await eventually(
      () => ask("/ready"),
      ({ status }) => status === 200,
    );
  });

  test("with the database hanging: alive, and not ready within 2 s", async () => {
    proxy = await throughProxy();
    proxy.hang();
    const [ready, health] = await Promise.all([ask("/ready"), ask("/health")]);
    expect(ready).toMatchObject({ status: 503, body: { status: "unavailable" } });
    expect(ready.ms).toBeLessThan(3_000);
    expect(health).toMatchObject({ status: 200 });
    expect(health.ms).toBeLessThan(500);
    // Let the service part from its database, which a dead cable would delay.
    const { port } = proxy;
    await proxy.close();
    proxy = await openTcpProxy(service.database.uri, port);
    await service.stopService();
  });

  test("from the moment shutdown begins: not ready, while open requests end", async () => {
    await service.restart();
    const wire = await openWire(service.url);
    const authorization = await service.bearer();
    wire.send(
      "POST /whatsapp/create-signup-session HTTP/1.1",
      "Host: localhost",
      `Authorization: ${authorization}`,
      "Content-Type: application/json",
      "Content-Length: 2",
      "",
      "{",
    );
    await sleep(50);
    const started = performance.now();
    const stopped = service.stopService();
    expect(service.log.at(-1)).toMatchObject({ event: "service_stopping", reason: "test" });
    // The other half of the body, and a look at /ready behind it on the same connection.
    wire.send("}GET /ready HTTP/1.1", "Host: localhost", "", "");
    await eventually(
      () => Promise.resolve(wire.received()),
      (text) => text.includes("stopping"),
    );
    expect(wire.received().match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 201", "HTTP/1.1 503"]);
    await stopped;
    expect(service.log.at(-1)).toMatchObject({ event: "service_stopped", level: "info" });
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
