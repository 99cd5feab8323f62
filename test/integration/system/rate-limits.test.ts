import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { connect } from "node:net";
import supertest, { type Response } from "supertest";
import { parseConfig } from "../../../src/config/config.ts";
import { LIMITS } from "../../../src/http/middleware/rate-limits.ts";
import type { RateLimit } from "../../../src/limits/shared-counter.ts";
import { USES_PER_LINE } from "../../../src/limits/line-limit.ts";
import { createLogger } from "../../../src/logger.ts";
import { startService, type Service } from "../../../src/service.ts";
import { openTcpProxy, type TcpProxy } from "../database/tcp-proxy.ts";
import { newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { freePort, startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";

let service: TestService;
let second: Service;
let secondUrl = "";
let proxy: TcpProxy | undefined;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false", LOG_LEVEL: "warn" } });
  const port = await freePort();
  secondUrl = `http://localhost:${port}`;
  const config = parseConfig({ ...service.env, PORT: String(port) });
  second = await startService(config, createLogger("silent"));
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
afterAll(async () => {
  await second.stop("test");
  await service.close();
});

const counters = () => service.database.connection.collection<RateLimit>("rate_limits");

/** As if so much had been used of a limit, by whichever process. */
async function use(_id: string, count: number) {
  const endsAt = new Date(Date.now() + 30_000);
  await counters().updateOne({ _id }, { $set: { count, endsAt } }, { upsert: true });
}

async function list(userId: string, url = service.url): Promise<Response> {
  return supertest(url)
    .get("/whatsapp/integrations")
    .set("Authorization", await service.bearer(userId));
}

const limitsLogged = () => service.log.filter(({ event }) => event === "rate_limited");

const PIPELINED = 50;

/**
 * So many requests, a bunch at a time on one connection, so that they are done within the window.
 * @returns how often each status came
 */
async function many(count: number, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ Host: hostname, ...headers }).map((header) => header.join(": "));
  const request = `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  let sent = 0;
  const send = () => {
    const next = Math.min(PIPELINED, count - sent);
    sent += next;
    socket.write(request.repeat(next));
  };
  send();
  const statuses: Record<string, number> = {};
  let answered = 0;
  let rest = "";
  for await (const chunk of socket) {
    const text = rest + String(chunk);
    for (const [, status = ""] of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
      statuses[status] = (statuses[status] ?? 0) + 1;
      answered += 1;
    }
    // A status line may be in two chunks.
    rest = /H?T?T?P?\/?1?\.?1? ?\d{0,3}$/.exec(text)?.[0] ?? "";
    if (answered === count) break;
    if (answered === sent) send();
  }
  return statuses;
}

/** What is read from one socket at once is counted before any of it is answered. */
function expectLimited(statuses: Record<string, number>, status: number, limit: number) {
  const { [status]: passed = 0, 429: refused = 0, ...others } = statuses;
  expect(others).toEqual({});
  expect(passed + refused).toBe(limit + 5);
  expect(passed).toBeLessThanOrEqual(limit);
  expect(passed).toBeGreaterThan(limit / 2);
}

describe("the limit of an owner", () => {
  test("is told on each answer to a token, and used up by each route and process", async () => {
    const userId = newUser();
    const first = await list(userId);
    expect(first.headers["ratelimit"]).toBe('"owner"; r=5999; t=60');
    expect(first.headers["ratelimit-policy"]).toMatch(/^"owner"; q=6000; w=60/);
    expect((await list(userId, secondUrl)).headers["ratelimit"]).toMatch(/^"owner"; r=5998/);
    const created = await supertest(secondUrl)
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(userId))
      .send({});
    expect(created.headers["ratelimit"]).toMatch(
      /^"owner"; r=5997; t=\d+, "owner_sessions"; r=299; t=\d+$/,
    );
  });

  test("stops every route for it and nobody else", async () => {
    const [userId, other] = [newUser(), newUser()];
    await use(`owner:${userId}`, LIMITS.owner - 1);
    expect((await list(userId)).status).toBe(200);
    for (const [method, path] of [
      ["get", "/whatsapp/integrations"],
      ["get", "/whatsapp/integrations/x"],
      ["delete", "/whatsapp/integrations/x"],
      ["post", "/whatsapp/integrations/x/retry"],
      ["post", "/whatsapp/integrations/x/verification"],
      ["post", "/whatsapp/integrations/x/verification/resend"],
      ["get", "/whatsapp/signup-sessions/x"],
      ["delete", "/whatsapp/signup-sessions/x"],
      ["post", "/whatsapp/signup-sessions/x/release"],
      ["post", "/whatsapp/create-signup-session"],
    ] as const) {
      const answer = await service.http[method](path).set(
        "Authorization",
        await service.bearer(userId),
      );
      expect([path, problemIn(answer)]).toEqual([path, "429 rate_limited"]);
      expect(answer.headers["retry-after"]).toBe("60");
    }
    expect(problemIn(await list(userId, secondUrl))).toBe("429 rate_limited");
    expect((await list(other)).status).toBe(200);
    expect(limitsLogged().at(-1)).toMatchObject({ level: "warn", limit: "owner", userId });
  });

  test("of sessions is shared by all processes", async () => {
    const userId = newUser();
    await use(`owner_sessions:${userId}`, LIMITS.owner_sessions - 1);
    const create = async (url: string) =>
      supertest(url)
        .post("/whatsapp/create-signup-session")
        .set("Authorization", await service.bearer(userId))
        .send({});
    const answers = await Promise.all([service.url, secondUrl].map(create));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      201, 429,
    ]);
    expect((await list(userId)).status).toBe(200);
  });

  test("begins anew when its window is over", async () => {
    const userId = newUser();
    const _id = `owner:${userId}`;
    await use(_id, LIMITS.owner);
    expect((await list(userId)).status).toBe(429);
    await counters().updateOne({ _id }, { $set: { endsAt: new Date(Date.now() - 1) } });
    expect((await list(userId)).headers["ratelimit"]).toMatch(/^"owner"; r=5999/);
  });

  test("makes its index at the start", async () => {
    const indexes = await counters().indexes();
    expect(indexes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: { endsAt: 1 }, expireAfterSeconds: 0 }),
      ]),
    );
  });
});

describe("the limit of a line", () => {
  const [long, short] = ["+5511987650901", "+551187650901"];

  test("holds for starts by anybody and in each spelling, and for no other line", async () => {
    await use(`line:${long}`, USES_PER_LINE - 1);
    const start = async (phoneNumber: string) => {
      const { signupUrl } = await createSession(service, { userId: newUser(), phoneNumber });
      const visitor = service.visitor();
      return visitor.start(await visitor.open(signupUrl));
    };
    expect((await start(long)).status).toBe(200);
    for (const phoneNumber of [long, short]) {
      const refused = await start(phoneNumber);
      expect(problemIn(refused)).toBe("429 rate_limited");
      expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(30);
    }
    expect((await start("+5511987650902")).status).toBe(200);
    const line = limitsLogged().find(({ limit }) => limit === "line");
    expect(line).toMatchObject({ level: "warn", phoneNumber: expect.stringContaining("•") });
  });

  test("holds for a number that is typed, too", async () => {
    await use("line:+5511987650903", USES_PER_LINE);
    const session = { phoneNumber: undefined };
    const { signupUrl } = await createSession(service, { userId: newUser(), session });
    const visitor = service.visitor();
    const payload = await visitor.open(signupUrl);
    const refused = await visitor.start(payload, { phoneNumber: "+5511987650903" });
    expect(problemIn(refused)).toBe("429 rate_limited");
  });
});

describe("the limits of an address", () => {
  const token = { Authorization: "Bearer a.b.c", Accept: "application/json" };
  const codeOf = async (answer: globalThis.Response) => {
    const { code } = (await answer.json()) as { code?: string };
    return `${answer.status} ${code}`;
  };

  test("stop invalid tokens and let valid ones through", async () => {
    const statuses = await many(LIMITS.failed_authentication + 5, "/whatsapp/integrations", token);
    expectLimited(statuses, 401, LIMITS.failed_authentication);
    const refused = await fetch(`${service.url}/whatsapp/integrations`, { headers: token });
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(await codeOf(refused)).toBe("429 rate_limited");
    const good = { Authorization: await service.bearer(newUser()) };
    const answer = await fetch(`${service.url}/whatsapp/integrations`, { headers: good });
    expect(answer.status).toBe(200);
    const callback = `${service.url}/whatsapp/onboarding-callback?payload=x`;
    expect(await codeOf(await fetch(callback, { headers: token }))).toBe("429 rate_limited");
    const line = limitsLogged().find(({ limit }) => limit === "failed_authentication");
    expect(line).toMatchObject({ level: "warn", address: expect.any(String) });
  });

  test("stop pages and webhooks, and no token", async () => {
    const page = "/whatsapp/signup/status";
    const headers = { Accept: "application/json" };
    const limit = (await fetch(`${service.url}${page}`, { headers })).headers.get("ratelimit");
    expect(limit).toMatch(/^"address"; r=\d+; t=\d+$/);
    const left = Number(/r=(\d+)/.exec(limit ?? "")?.[1]);
    expectLimited(await many(left + 5, page, headers), 404, left);
    const webhook = await fetch(`${service.url}/webhooks/twilio/sms`, { method: "POST" });
    expect(await codeOf(webhook)).toBe("429 rate_limited");
    const good = { Authorization: await service.bearer(newUser()) };
    const answer = await fetch(`${service.url}/whatsapp/integrations`, { headers: good });
    expect(answer.status).toBe(200);
  });
});

describe("with the database away, a limit that is shared", () => {
  test("is no 429 and no 500: the answer says that the database is not there", async () => {
    const uri = new URL(service.database.uri);
    proxy = await openTcpProxy(service.database.uri);
    uri.port = String(proxy.port);
    uri.searchParams.set("directConnection", "true");
    uri.searchParams.set("serverSelectionTimeoutMS", "300");
    await service.restart({ MONGODB_URI: uri.href });
    const userId = newUser();
    await use(`owner:${userId}`, LIMITS.owner);
    expect((await list(userId)).status).toBe(429);
    const { port } = proxy;
    await proxy.close();
    const away = await list(userId);
    expect(problemIn(away)).toBe("503 database_unavailable");
    expect(problemIn(await list(newUser()))).toBe("503 database_unavailable");
    proxy = await openTcpProxy(service.database.uri, port);
    await service.restart();
  });
});
