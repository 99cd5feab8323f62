import { describe, expect, test } from "@jest/globals";
import type { Response } from "express";
import { BrowserCookie } from "../../../src/http/middleware/browser-cookie.ts";
import { sha256 } from "../../../src/tokens.ts";
import { requestWith } from "./request.ts";

const VALUE = "a".repeat(43);
const withCookie = (cookie: string) => requestWith({ headers: { cookie } });

function answer() {
  const cookies: string[] = [];
  const append = (_name: string, value: string) => cookies.push(value);
  return { response: { append } as unknown as Response, cookies };
}

describe("BrowserCookie", () => {
  const plain = new BrowserCookie("http://localhost:3000");
  const secure = new BrowserCookie("https://signup.example.com");

  test.each([
    ["http", plain, /^whatsapp_signup=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/],
    [
      "https",
      secure,
      /^__Host-whatsapp_signup=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ],
  ])("gives a browser without one a cookie, over %s", (_scheme, cookie, form) => {
    const { response, cookies } = answer();
    const hash = cookie.ensure(requestWith({}), response);
    expect(cookies).toEqual([expect.stringMatching(form)]);
    expect(hash).toBe(sha256(/=([\w-]{43})/.exec(cookies[0] ?? "")?.[1] ?? ""));
  });

  test("lives as long as a registration may take, a week at least", () => {
    const ages = [0, 7 * 86_400_000, 30 * 86_400_000 + 1].map((neededMs) => {
      const { response, cookies } = answer();
      new BrowserCookie("http://localhost:3000", neededMs).ensure(requestWith({}), response);
      return /Max-Age=(\d+)/.exec(cookies[0] ?? "")?.[1];
    });
    expect(ages).toEqual(["604800", "604800", "2592001"]);
  });

  test("lives anew from the start of a session, with the same value", () => {
    const { response, cookies } = answer();
    plain.renew(withCookie(`whatsapp_signup=${VALUE}`), response);
    plain.renew(requestWith({}), response);
    expect(cookies).toEqual([
      `whatsapp_signup=${VALUE}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax`,
    ]);
  });

  test("gives no two browsers the same", () => {
    const hashes = Array.from({ length: 50 }, () =>
      plain.ensure(requestWith({}), answer().response),
    );
    expect(new Set(hashes).size).toBe(50);
  });

  test("leaves a browser its cookie", () => {
    const { response, cookies } = answer();
    const request = withCookie(`other=1; whatsapp_signup=${VALUE}`);
    expect(plain.ensure(request, response)).toBe(sha256(VALUE));
    expect(plain.hash(request)).toBe(sha256(VALUE));
    expect(cookies).toEqual([]);
  });

  test.each([
    ["", plain],
    ["whatsapp_signup=", plain],
    ["whatsapp_signup=short", plain],
    [`whatsapp_signup=${VALUE}b`, plain],
    [`whatsapp_signup=${"a".repeat(42)}!`, plain],
    [`__Host-whatsapp_signup=${VALUE}`, plain],
    [`whatsapp_signup=${VALUE}`, secure],
    [`Whatsapp_Signup=${VALUE}`, plain],
  ])("does not know a browser by %j", (header, cookie) => {
    expect(cookie.hash(withCookie(header))).toBeUndefined();
  });
});
