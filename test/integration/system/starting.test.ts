import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { parseConfig } from "../../../src/config/config.ts";
import { createLogger } from "../../../src/logger.ts";
import { startService, type Service } from "../../../src/service.ts";
import { openTcpProxy, unusedPort, type TcpProxy } from "../database/tcp-proxy.ts";
import { problemIn } from "../../support/problems.ts";
import { freePort, signToken, startOutside, type LogLine } from "../../support/service.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { eventually } from "../../support/wait.ts";

let outside: Awaited<ReturnType<typeof startOutside>>;
beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.close());

const PASSWORD = "s3cr3t-of-the-database";

/** An environment whose database is not there yet. */
async function withoutDatabase() {
  const [port, databasePort] = [await freePort(), await unusedPort()];
  const uri = new URL(outside.database.uri);
  uri.port = String(databasePort);
  uri.searchParams.set("directConnection", "true");
  uri.searchParams.set("serverSelectionTimeoutMS", "200");
  return { env: { ...outside.env(port), MONGODB_URI: uri.href }, port, databasePort };
}

/** Asked until the service listens. */
async function asked(url: string, path: string) {
  return eventually(
    async () => {
      try {
        return await supertest(url).get(path);
      } catch {
        return undefined;
      }
    },
    (answer) => answer !== undefined,
  );
}

describe("while the first connection to the database is awaited", () => {
  let proxy: TcpProxy | undefined;
  let service: Service | undefined;
  afterEach(async () => {
    await service?.stop("test");
    await proxy?.close();
    [service, proxy] = [undefined, undefined];
  });

  test("/health answers, /ready says why not, and all else is 503 until it is there", async () => {
    const { env, port, databasePort } = await withoutDatabase();
    const lines: string[] = [];
    const logger = createLogger("debug", { write: (line) => lines.push(line) });
    const starting = startService(parseConfig(env), logger);
    const url = `http://localhost:${port}`;
    const health = await asked(url, "/health");
    expect([health?.status, health?.body]).toMatchObject([200, { status: "ok" }]);
    const ready = await supertest(url).get("/ready");
    expect([ready.status, ready.body]).toEqual([
      503,
      { status: "starting", reason: "database_unavailable" },
    ]);
    const authorization = `Bearer ${await signToken({ sub: "owner" })}`;
    const list = () => supertest(url).get("/whatsapp/integrations").set({ authorization });
    const listed = await list();
    expect(problemIn(listed)).toBe("503 database_unavailable");
    expect(listed.headers["cache-control"]).toBe("no-store");
    expect(listed.headers["retry-after"]).toBe("5");
    const create = supertest(url).post("/whatsapp/create-signup-session").set({ authorization });
    expect(problemIn(await create.send({}))).toBe("503 database_unavailable");
    const address = "/whatsapp/signup?payload=abc&lang=es";
    const page = await supertest(url).get(address).set("Accept", "text/html");
    expect([page.status, page.headers["retry-after"]]).toEqual([503, "5"]);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    for (const { headers } of [listed, page]) {
      expect(headers["permissions-policy"]).toContain("geolocation=()");
    }
    expect(page.text).toContain('href="/whatsapp/signup?payload=abc&amp;lang=es"');
    const answers = [health, ready, listed, page].map((answer) => answer?.text ?? "").join("");
    expect(answers).not.toMatch(new RegExp(`ECONN|Mongo|127\\.0\\.0\\.1|${databasePort}`));

    proxy = await openTcpProxy(outside.database.uri, databasePort);
    service = await starting;
    expect((await supertest(url).get("/ready")).body).toEqual({ status: "ready" });
    await list().expect(200);
    const events = lines.map((line) => (JSON.parse(line) as LogLine).event);
    expect(events.filter((event) => event === "service_started")).toHaveLength(1);
  });

  test("nothing is written before the unique indexes are there", async () => {
    const { env, port, databasePort } = await withoutDatabase();
    proxy = await openTcpProxy(outside.database.uri, databasePort);
    proxy.hang();
    const logger = createLogger("silent");
    const signal = new AbortController();
    const starting = startService(parseConfig(env), logger, { signal: signal.signal });
    const ready = await asked(`http://localhost:${port}`, "/ready");
    expect(ready?.body).toMatchObject({ status: "starting" });
    signal.abort("SIGTERM");
    await expect(starting).rejects.toBe("SIGTERM");
  });

  test("an end that is asked for ends it: nothing listens any more", async () => {
    const { env, port } = await withoutDatabase();
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => lines.push(line) });
    const ending = new AbortController();
    const starting = startService(parseConfig(env), logger, { signal: ending.signal });
    await asked(`http://localhost:${port}`, "/health");
    ending.abort("SIGTERM");
    await expect(starting).rejects.toBe("SIGTERM");
    const events = lines.map((line) => (JSON.parse(line) as LogLine).event).filter(Boolean);
    expect(events.slice(-2)).toEqual(["service_stopping", "service_stopped"]);
    await expect(supertest(`http://localhost:${port}`).get("/health")).rejects.toThrow(
      "ECONNREFUSED",
    );
  });

  test("a process that gets SIGTERM ends in order, and tells no password", async () => {
    const { env, port, databasePort } = await withoutDatabase();
    const MONGODB_URI = `mongodb://user:${PASSWORD}@127.0.0.1:${databasePort}/`;
    const running = new ServiceProcess({ ...env, MONGODB_URI });
    const started = running.start().catch((error: unknown) => error);
    const health = await asked(`http://127.0.0.1:${port}`, "/health");
    expect(health?.status).toBe(200);
    await running.stop();
    expect(await started).toMatchObject({ message: expect.stringMatching(/^ended with 0/) });
    const log = running.lines.join("\n");
    expect(log).toContain('"service_stopped"');
    expect(log).toMatch(/"config_warning","code":"mongodb_database_missing".+MONGODB_URI.+test/);
    expect(log).not.toContain(PASSWORD);
  });
});
