import { describe, expect, jest, test } from "@jest/globals";
import type { Response } from "express";
import { ownOriginOnly } from "../../../src/http/middleware/own-origin.ts";
import { requestWith } from "./request.ts";

const OWN = "https://signup.example.com";
const guard = ownOriginOnly(OWN);

function passes(headers: Record<string, string>, method = "POST"): boolean {
  const next = jest.fn();
  try {
    void guard(requestWith({ method, headers }), {} as Response, next);
  } catch {
    // Refused: the calls of `next` tell.
  }
  return next.mock.calls.length === 1;
}

describe("ownOriginOnly", () => {
  test.each([
    [{ origin: OWN }, true],
    [{ origin: OWN, "sec-fetch-site": "same-origin" }, true],
    [{}, true],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ origin: "null" }, false],
    [{ origin: "" }, false],
    [{ origin: "http://signup.example.com" }, false],
    [{ origin: "https://signup.example.com:8443" }, false],
    [{ origin: "https://signup.example.com.evil.example" }, false],
    [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, false],
  ])("%j: %s", (headers, own) => {
    expect(passes(headers)).toBe(own);
  });

  test.each([
    ["none", true],
    ["same-origin", true],
    ["cross-site", false],
    ["same-site", false],
  ])("a GET from the site %j: %s", (site, own) => {
    expect(passes({ "sec-fetch-site": site }, "GET")).toBe(own);
  });
});
