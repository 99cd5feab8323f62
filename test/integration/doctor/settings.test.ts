import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { COMPLETE, findings } from "./doctor.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: COMPLETE });
});
afterAll(() => service.close());

const A_SECRET = "abcdefgh".repeat(5);

describe("the doctor says of the settings", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["partner solution", { TWILIO_PARTNER_SOLUTION_ID: "" }, /^fail: .*is not set/],
    ["partner solution", { TWILIO_PARTNER_SOLUTION_ID: "PS-1" }, /^fail: .*not a number of Meta's/],
    ["meta ids", { META_CONFIG_ID: "config" }, /^fail: META_CONFIG_ID is not an id/],
    ["meta ids", { META_APP_ID: "12ab" }, /^fail: META_APP_ID is not an id/],
    ["meta ids", { FACEBOOK_BUSINESS_ID: "acme" }, /^fail: FACEBOOK_BUSINESS_ID is not an id/],
    ["graph version", { META_GRAPH_VERSION: "v19.0" }, /^fail: .*reached its end/],
    ["signup version", { META_SIGNUP_VERSION: "v3" }, /^warn: META_SIGNUP_VERSION/],
    [
      "signup redirect",
      { SIGNUP_MODE: "redirect", META_APP_SECRET: "" },
      /^warn: .*does not document/,
    ],
    ["meta app", { SIGNUP_MODE: "redirect" }, /^warn: Nothing proves/],
    ["meta app", { META_APP_SECRET: "" }, /^warn: Nothing proves/],
    ["token keys", { AUTH_JWT_SECRET: A_SECRET }, /^fail: AUTH_JWT_SECRET repeats/],
    ["token keys", { AUTH_JWT_SECRET_PREVIOUS: A_SECRET }, /^fail: .*_PREVIOUS repeats/],
    [
      "configuration",
      { AUTH_JWT_SECRET: ` ${"0123456789abcdefXYZ-".repeat(1)}qwertzuiopasdf` },
      /^warn: .*begins or ends with a space/,
    ],
    [
      "configuration",
      { META_SIGNUP_EXTRAS: '{"setup":{"solutionID":"1"}}' },
      /^warn: META_SIGNUP_EXTRAS/,
    ],
    ["return addresses", { FRONTEND_URL: "http://app.example.com" }, /^fail: http:.*is http/],
    ["return addresses", { ALLOWED_RETURN_ORIGINS: "http://a.example" }, /^fail: http:\/\/a\.ex/],
    ["webhook addresses", { SENDER_WEBHOOK_URL: "" }, /^warn: SENDER_WEBHOOK_URL is not set/],
    [
      "webhook addresses",
      { SENDER_STATUS_CALLBACK_URL: "" },
      /^warn: SENDER_STATUS_CALLBACK_URL is not set/,
    ],
    ["operator tokens", { OPS_TOKEN: "ana:short" }, /^fail: The token ana .* can be guessed/],
  ])("%s: %j", async (check, env, said) => {
    expect((await findings(service))(check).filter((line) => !line.startsWith("ok: "))).toEqual([]);
    const found = (await findings(service, env))(check);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    for (const line of found.filter((one) => !one.startsWith("ok: "))) expect(line).toMatch(/\.$/);
  });
});
