import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Response } from "supertest";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";

const SECOND = "https://admin.example.com";
const CREATE = "/whatsapp/create-signup-session";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { WORKER_ENABLED: "false", ALLOWED_CORS_ORIGINS: `${FRONTEND_URL},${SECOND}` },
  });
});
afterAll(() => service.close());

const preflight = (path: string, origin: string, method = "POST") =>
  service.http
    .options(path)
    .set("Origin", origin)
    .set("Access-Control-Request-Method", method)
    .set("Access-Control-Request-Headers", "authorization,content-type");

function corsOf({ headers }: Response): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
}

const OPEN_TO_FRONTENDS = [
  [CREATE],
  ["/whatsapp/signup-sessions/wss_1"],
  ["/whatsapp/signup-sessions/wss_1/release"],
  ["/whatsapp/integrations"],
  ["/whatsapp/integrations/0123456789abcdef01234567"],
  ["/whatsapp/onboarding-callback"],
];

describe("calls from other origins", () => {
  test.each(OPEN_TO_FRONTENDS)("a configured frontend may call %s", async (path) => {
    for (const origin of [FRONTEND_URL, SECOND]) {
      const response = await preflight(path, origin);
      expect(response.status).toBe(204);
      expect(corsOf(response)).toEqual({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET,POST,DELETE",
        "access-control-allow-headers": "Authorization,Content-Type,Idempotency-Key",
        "access-control-max-age": "600",
        "access-control-expose-headers": "X-Request-Id,Retry-After,Idempotent-Replayed",
      });
      expect(response.headers.vary).toContain("Origin");
    }
  });

  test.each([
    ["https://evil.example"],
    ["null"],
    [`${FRONTEND_URL}.evil.example`],
    [`${FRONTEND_URL}/`],
    ["http://localhost:5000"],
    ["https://x.admin.example.com"],
    ["http://admin.example.com"],
  ])("%s may not", async (origin) => {
    for (const [path = ""] of OPEN_TO_FRONTENDS) {
      const { "access-control-allow-origin": allowed } = corsOf(await preflight(path, origin));
      expect(allowed).toBeUndefined();
    }
    const answered = await service.http
      .post(CREATE)
      .set("Origin", origin)
      .set("Authorization", await service.bearer());
    expect(answered.status).toBe(201);
    expect(answered.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("an answer names the origin and lets it read the request's id, never with cookies", async () => {
    const response = await service.http
      .post(CREATE)
      .set("Origin", SECOND)
      .set("Authorization", await service.bearer());
    expect(corsOf(response)).toEqual({
      "access-control-allow-origin": SECOND,
      "access-control-expose-headers": "X-Request-Id,Retry-After,Idempotent-Replayed",
    });
  });

  test("also an error can be read", async () => {
    const response = await service.http.post(CREATE).set("Origin", FRONTEND_URL);
    expect(response.status).toBe(401);
    expect(corsOf(response)).toHaveProperty("access-control-allow-origin", FRONTEND_URL);
  });

  test.each([
    ["/whatsapp/signup"],
    ["/whatsapp/signup/start"],
    ["/whatsapp/signup/events"],
    ["/whatsapp/signup/result"],
    ["/health"],
    ["/ready"],
  ])("nobody may call the page's %s", async (path) => {
    const response = await preflight(path, FRONTEND_URL);
    expect(response.status).toBe(405);
    expect(corsOf(response)).toEqual({});
  });

  test("nobody may where no frontend is configured", async () => {
    await service.restart({ FRONTEND_URL: "", ALLOWED_CORS_ORIGINS: "" });
    const response = await preflight(CREATE, FRONTEND_URL);
    expect(corsOf(response)).not.toHaveProperty("access-control-allow-origin");
  });

  test("the frontend alone may where nothing else is named", async () => {
    await service.restart({ ALLOWED_CORS_ORIGINS: "" });
    expect(corsOf(await preflight(CREATE, FRONTEND_URL))).toHaveProperty(
      "access-control-allow-origin",
      FRONTEND_URL,
    );
    expect(corsOf(await preflight(CREATE, SECOND))).not.toHaveProperty(
      "access-control-allow-origin",
    );
  });
});
