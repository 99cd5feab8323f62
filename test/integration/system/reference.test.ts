import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openApiDocument } from "../../../src/http/openapi/document.ts";
import { PROBLEM_CODES, PROBLEMS } from "../../../src/problems/catalogue.ts";
import { problemText } from "../../../src/problems/render.ts";
import { escapeHtml } from "../../../src/pages/html.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

describe("GET /openapi.json", () => {
  test("is the description of this service, for tools of any origin", async () => {
    const response = await service.http.get("/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.headers["access-control-allow-origin"]).toBe("*");
    expect(response.body).toEqual(JSON.parse(JSON.stringify(openApiDocument(service.url))));
  });

  test("names no secret of the configuration", async () => {
    const { text } = await service.http.get("/openapi.json");
    for (const name of ["AUTH_JWT_SECRET", "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"]) {
      expect(text).not.toContain(service.env[name]);
    }
  });
});

describe("GET /docs", () => {
  test("is a page that loads nothing from elsewhere", async () => {
    const response = await service.http.get("/docs");
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    const policy = String(response.headers["content-security-policy"]);
    expect(policy).not.toMatch(/https?:|\*/);
    expect(policy).toContain("default-src 'none'");
    const sources = [...response.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, at]) => at ?? "",
    );
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) expect(source).toMatch(/^(\/|data:)/);
  });

  test.each([
    ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
    ["swagger-ui.css", "text/css; charset=utf-8"],
  ])("serves %s itself, once", async (name, type) => {
    const first = await service.http.get(`/docs/${name}`);
    expect([first.status, first.headers["content-type"]]).toEqual([200, type]);
    const again = await service.http
      .get(`/docs/${name}`)
      .set("If-None-Match", String(first.headers.etag));
    expect(again.status).toBe(304);
  });
});

describe("GET /problems/:code", () => {
  test("is where the type of a problem leads", async () => {
    const problem = await service.http.get("/whatsapp/integrations");
    const { type } = problem.body as { type: string };
    expect(type).toBe(`${service.url}/problems/unauthenticated`);
    const page = await service.http.get(new URL(type).pathname).set("Accept-Language", "en");
    expect(page.status).toBe(200);
    expect(page.text).toContain("unauthenticated");
  });

  test.each(["es", "pt", "en"] as const)("explains every code in %s", async (locale) => {
    for (const code of PROBLEM_CODES) {
      const { status, text } = await service.http.get(`/problems/${code}?lang=${locale}`);
      const { title, detail, action } = problemText(code, locale);
      expect([code, status]).toEqual([code, 200]);
      for (const said of [title, detail, action, code, String(PROBLEMS[code].status)]) {
        expect(text).toContain(escapeHtml(said));
      }
      expect(text).toContain(`<html lang="${locale}`);
    }
  });

  test.each(["nonsense", "%3Cscript%3E", "__proto__", "constructor"])(
    "lists the codes for %s, which is none",
    async (code) => {
      const response = await service.http.get(`/problems/${code}?lang=en`);
      expect(response.status).toBe(404);
      expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(response.text).toContain('href="/problems/busy"');
      expect(response.text).not.toContain("<script>");
    },
  );
});
