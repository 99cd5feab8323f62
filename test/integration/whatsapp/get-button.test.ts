import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";

const PATH = "/whatsapp/button.js";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

describe("GET /whatsapp/button.js", () => {
  test("is a script that pages of any origin may load, kept for long", async () => {
    const { status, headers } = await service.http.get(PATH).set("Origin", "https://any.example");

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "public, max-age=3600, stale-while-revalidate=604800",
      "x-content-type-options": "nosniff",
      etag: expect.stringMatching(/^".+"$/),
    });
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
    expect(headers).not.toHaveProperty("set-cookie");
  });

  test("is not sent again to whoever has it", async () => {
    const { headers } = await service.http.get(PATH);
    const again = await service.http.get(PATH).set("If-None-Match", headers["etag"] ?? "");

    expect(again.status).toBe(304);
    expect(again.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    });
  });

  test("is one file of at most 6 kB gzipped that needs no other", async () => {
    const { text, headers } = await service.http.get(PATH);

    expect(headers["content-encoding"]).toBe("gzip");
    expect(gzipSync(text).length).toBeLessThanOrEqual(6000);
    expect(text).not.toMatch(/\bimport\b|https?:\/\//);
    const [, exported = ""] = /export\{(.*?)\}/.exec(text) ?? [];
    expect(exported.split(",").map((entry) => entry.replace(/.* as /, ""))).toEqual([
      "ConnectWhatsApp",
      "SignupError",
      "createSignupSession",
      "openSignup",
      "watchSession",
    ]);
  });

  test("its parts are not served one by one", async () => {
    for (const name of ["session.js", "element.js", "button/session.js"]) {
      expect((await service.http.get(`/whatsapp/signup/${name}`)).status).toBe(404);
    }
  });

  test("other files of the page stay with the page", async () => {
    const { headers } = await service.http.get("/whatsapp/signup/signup.js");

    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(headers["cross-origin-resource-policy"]).toBe("same-site");
    expect(headers["cache-control"]).toBe("no-cache");
  });
});
