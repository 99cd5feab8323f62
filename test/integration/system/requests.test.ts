import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

describe("X-Request-Id", () => {
  test.each([
    "a",
    "7f3a9c",
    "req_1.2:3-4",
    "0b0b8b2e-6d0f-4f0e-8f5a-2a1d1c5d7e9f",
    "x".repeat(128),
  ])("%s is taken over", async (id) => {
    const response = await service.http.get("/health").set("X-Request-Id", id);
    expect(response.headers["x-request-id"]).toBe(id);
  });

  test.each(["", "x".repeat(129), "a b", "a\tb", "<script>", 'a"b', "é"])(
    "%j is replaced",
    async (id) => {
      const response = await service.http.get("/health").set("X-Request-Id", id);
      expect(response.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test("is on every kind of answer, in the problem and in the log", async () => {
    const answers = [
      await service.http.get("/nowhere").set("X-Request-Id", "one"),
      await service.http.delete("/health").set("X-Request-Id", "two"),
      await service.http.post("/whatsapp/create-signup-session").set("X-Request-Id", "three"),
      await service.http.get("/whatsapp/signup").set("X-Request-Id", "four"),
    ];
    const ids = answers.map(({ headers }) => headers["x-request-id"]);
    expect(ids).toEqual(["one", "two", "three", "four"]);
    expect(answers.slice(0, 3).map(({ body }) => (body as { instance: string }).instance)).toEqual([
      "one",
      "two",
      "three",
    ]);
    const logged = service.log.filter(({ message }) => message === "Request answered");
    expect(logged.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(ids));
  });
});

describe("a path that does not exist", () => {
  test.each([
    ["get", "/"],
    ["get", "/whatsapp"],
    ["get", "/whatsapp/integrations/a/b"],
    ["get", "/Health"],
    ["get", "/health/"],
    ["post", "/whatsapp/Create-Signup-Session"],
    ["get", "/whatsapp/signup-sessions/%E0%A4%A"],
    ["get", "/%2e%2e/etc/passwd"],
    ["get", "/whatsapp/signup/app/../../../package.json"],
    ["put", "/nowhere"],
  ] as const)("%s %s is 404", async (method, path) => {
    const response = await service.http[method](path).set("Authorization", await service.bearer());
    expect(problemIn(response)).toBe("404 not_found");
  });
});

describe("a method that a path does not have", () => {
  test.each([
    ["post", "/health", "GET"],
    ["delete", "/ready", "GET"],
    ["get", "/whatsapp/create-signup-session", "POST"],
    ["put", "/whatsapp/create-signup-session", "POST"],
    ["post", "/whatsapp/signup", "GET"],
    ["get", "/whatsapp/signup/start", "POST"],
    ["put", "/whatsapp/signup/events", "POST"],
    ["post", "/whatsapp/signup/result", "GET"],
    ["delete", "/whatsapp/onboarding-callback", "GET, POST"],
    ["patch", "/whatsapp/signup-sessions/x", "GET, DELETE"],
    ["get", "/whatsapp/signup-sessions/x/release", "POST"],
    ["post", "/whatsapp/integrations", "GET"],
    ["put", "/whatsapp/integrations/x", "GET, DELETE"],
  ] as const)("%s %s is 405 and names those it has", async (method, path, allowed) => {
    const response = await service.http[method](path);
    expect(problemIn(response)).toBe("405 method_not_allowed");
    expect(response.headers.allow).toBe(allowed);
  });

  test("HEAD goes where GET goes", async () => {
    await service.http.head("/health").expect(200);
    await service.http.head("/ready").expect(200);
    const page = await service.http.head("/whatsapp/signup");
    expect([page.status, page.text]).toEqual([404, undefined]);
  });
});

describe("a problem", () => {
  test.each([
    ["es", "es"],
    ["es-MX,es;q=0.9", "es"],
    ["pt-BR,pt;q=0.9,en;q=0.1", "pt"],
    ["en-US", "en"],
    ["fr", "es"],
    ["x".repeat(4_000), "es"],
  ] as const)("for %s is written in %s", async (header, locale) => {
    const response = await service.http.get("/nowhere").set("Accept-Language", header);
    expect(problemIn(response, locale)).toBe("404 not_found");
  });

  test("has the documented shape and nothing else", async () => {
    const response = await service.http
      .get("/nowhere?token=canary")
      .set("Accept-Language", "en")
      .set("X-Request-Id", "abc");
    expect(response.body).toEqual({
      type: `${service.url}/problems/not_found`,
      title: expect.any(String),
      status: 404,
      detail: expect.any(String),
      instance: "abc",
      code: "not_found",
      actor: "caller",
      action: expect.any(String),
      customerAction: expect.any(String),
      retryable: false,
      success: false,
      error: (response.body as { detail: string }).detail,
    });
    expect(response.text).not.toContain("canary");
  });
});

describe("every answer", () => {
  test("has the headers that keep a browser from misreading it", async () => {
    const { headers } = await service.http.get("/health");
    expect(headers).toMatchObject({
      "content-security-policy": "default-src 'none';frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-site",
      "cache-control": "no-store",
      "permissions-policy": expect.stringContaining("camera=()"),
    });
    for (const name of ["x-powered-by", "etag", "server", "strict-transport-security"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test("is kept in no cache and may use nothing of the device, but for the pages' own files", async () => {
    const authorization = await service.bearer();
    const payload = "unknown";
    const created = await service.http
      .post("/whatsapp/create-signup-session")
      .set({ authorization })
      .send({})
      .expect(201);
    const answers = [
      created,
      await service.http.get("/whatsapp/integrations").set({ authorization }).expect(200),
      await service.http.get("/whatsapp/integrations").expect(401),
      await service.http.get("/whatsapp/signup").query({ payload }).expect(404),
      await service.http.get("/whatsapp/signup/result").expect(200),
      await service.http.post("/whatsapp/signup/events").send({ payload, event: "X" }).expect(404),
      await service.http.get("/whatsapp/onboarding-callback").query({ payload }).expect(303),
      await service.http.options("/whatsapp/integrations"),
      await service.http.get("/nowhere").expect(404),
    ];
    const { sessionId } = created.body as { sessionId: string };
    const session = `/whatsapp/signup-sessions/${sessionId}`;
    answers.push(
      await service.http.get(session).set({ authorization }).expect(200),
      await service.http.delete(session).set({ authorization }).expect(204),
    );
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "permissions-policy": expect.stringMatching(
          /camera=\(\).*geolocation=\(\).*microphone=\(\)/,
        ),
      });
    }
    const button = await service.http.get("/whatsapp/button.js").expect(200);
    expect(button.headers["cache-control"]).toContain("max-age=3600");
  });
});
