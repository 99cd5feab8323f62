import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { VERSION } from "../../../src/version.ts";
import { startTestService, type TestService } from "../../support/service.ts";

const TOKEN = "a-token-of-the-operator-0123456789";
const PATHS = ["/metrics", "/ops/doctor"];

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { WORKER_ENABLED: "false", OPS_TOKEN: `ana:${TOKEN}, a-bare-token-0123456789` },
  });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

const ask = (path: string, token?: string) => {
  const request = service.http.get(path);
  return token === undefined ? request : request.set("Authorization", `Bearer ${token}`);
};

describe("the operator's endpoints", () => {
  test.each(PATHS)("%s is for a token of OPS_TOKEN alone", async (path) => {
    for (const token of [undefined, "ana", `ana:${TOKEN}`, `${TOKEN}x`, TOKEN.slice(0, -1), ""]) {
      const { status, body, headers } = await ask(path, token);
      expect([token, status]).toEqual([token, 401]);
      expect(body).toMatchObject({ code: "unauthenticated" });
      expect(headers["www-authenticate"]).toBe("Bearer");
    }
    for (const token of [TOKEN, "a-bare-token-0123456789"]) {
      expect((await ask(path, token)).status).toBe(200);
    }
    expect(service.logText()).not.toContain(TOKEN);
  });

  test("an owner's token is none", async () => {
    const response = await service.http
      .get("/metrics")
      .set("Authorization", await service.bearer());
    expect(response.status).toBe(401);
  });

  test.each([...PATHS, "/ready"])("%s tells nobody whose guesses do not end", async (path) => {
    await service.restart();
    for (let tries = 0; tries < 600; tries += 1) await ask(path, "a-guess");
    const { status, body, headers } = await ask(path, "a-guess");
    expect([status, body]).toMatchObject([429, { code: "rate_limited" }]);
    expect(headers["retry-after"]).toBe("60");
    expect((await ask(path, TOKEN)).status).toBe(200);
  });

  test.each(PATHS)(
    "%s without OPS_TOKEN is for the developer's own machine alone",
    async (path) => {
      await service.restart({ OPS_TOKEN: "" });
      expect((await ask(path)).status).toBe(200);
      const forwarded = await ask(path).set("X-Forwarded-For", "192.0.2.1");
      expect([forwarded.status, forwarded.body]).toMatchObject([404, { code: "not_found" }]);
      await service.restart();
    },
  );
});

describe("GET /health", () => {
  test("says which version and commit run", async () => {
    expect((await ask("/health")).body).toEqual({ status: "ok", version: VERSION });
    await service.restart({ GIT_COMMIT: "0a1b2c3d", RAILWAY_GIT_COMMIT_SHA: "" });
    expect((await ask("/health")).body).toEqual({
      status: "ok",
      version: VERSION,
      commit: "0a1b2c3d",
    });
    await service.restart({ GIT_COMMIT: "0a1b2c3d", RAILWAY_GIT_COMMIT_SHA: "4e5f6a7b" });
    expect((await ask("/health")).body).toMatchObject({ commit: "4e5f6a7b" });
    await service.restart();
  });
});

describe("GET /ready", () => {
  test("says more to the operator", async () => {
    const { status, body } = await ask("/ready", TOKEN);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "ready",
      details: {
        version: VERSION,
        uptimeSeconds: expect.any(Number),
        memoryBytes: expect.any(Number),
        database: { answers: true, ms: expect.any(Number) },
        worker: { isStopped: true, isPaused: false, underWay: 0 },
      },
    });
  });

  test("refuses a token that is none, and asks nobody else for one", async () => {
    expect((await ask("/ready", "a-guess")).status).toBe(401);
    expect((await ask("/ready")).body).toEqual({ status: "ready" });
  });
});
