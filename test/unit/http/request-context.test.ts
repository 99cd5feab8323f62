import { describe, expect, test } from "@jest/globals";
import { requestLocale, wantsJson } from "../../../src/http/middleware/request-context.ts";
import { requestWith } from "./request.ts";

describe("wantsJson", () => {
  test.each([
    ["application/json", true],
    ["application/json, text/plain, */*", true],
    ["application/json;q=0.9", true],
    ["application/problem+json, application/json", true],
    ["text/html,application/xhtml+xml,application/json;q=0.1", false],
    ["text/html", false],
    ["*/*", false],
  ])("%s: %s", (accept, wants) => {
    expect(wantsJson(requestWith({ headers: { accept } }))).toBe(wants);
  });

  test("not without the header", () => {
    expect(wantsJson(requestWith({}))).toBe(false);
  });
});

describe("requestLocale", () => {
  test.each([
    ["pt-BR,pt;q=0.9,en;q=0.8", "pt"],
    ["de,en;q=0.3", "en"],
    ["de", "es"],
    ["*", "es"],
    ["", "es"],
  ])("%j: %s", (header, locale) => {
    const request = requestWith({ headers: { "accept-language": header } });
    expect(requestLocale(request, "es")).toBe(locale);
  });
});
