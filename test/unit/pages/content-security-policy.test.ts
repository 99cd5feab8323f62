import { describe, expect, test } from "@jest/globals";
import { contentSecurityPolicy, pageHeaders } from "../../../src/pages/content-security-policy.ts";

function directives(policy: string): Record<string, string[]> {
  const entries = policy.split("; ").map((directive) => {
    const [name = "", ...sources] = directive.split(" ");
    return [name, sources] as const;
  });
  return Object.fromEntries(entries);
}

const META = [
  "https://www.facebook.com",
  "https://web.facebook.com",
  "https://graph.facebook.com",
  "https://connect.facebook.net",
  "https://staticxx.facebook.com",
];

describe("contentSecurityPolicy", () => {
  test("lets the signup page load itself and Meta's SDK, and nothing else", () => {
    const policy = contentSecurityPolicy({
      nonce: "bm9uY2U",
      sdkOrigin: "https://connect.facebook.net",
    });

    expect(directives(policy)).toEqual({
      "default-src": ["'none'"],
      "script-src": ["'self'", "'nonce-bm9uY2U'", "https://connect.facebook.net"],
      "style-src": ["'nonce-bm9uY2U'"],
      "img-src": ["'self'", "data:"],
      "connect-src": ["'self'", ...META],
      "frame-src": META,
      "form-action": ["'self'"],
      "frame-ancestors": ["'none'"],
      "base-uri": ["'none'"],
    });
  });

  test("lets an SDK from elsewhere talk to its own host", () => {
    const sdkOrigin = "https://sdk.example";
    const policy = contentSecurityPolicy({ nonce: "bm9uY2U", sdkOrigin });

    expect(directives(policy)).toMatchObject({
      "connect-src": ["'self'", ...META, sdkOrigin],
      "frame-src": [...META, sdkOrigin],
    });
  });

  test("knows nothing of Meta on pages that open no popup", () => {
    const policy = contentSecurityPolicy({ nonce: "bm9uY2U" });

    expect(policy).not.toContain("facebook");
    expect(directives(policy)).toMatchObject({
      "script-src": ["'self'", "'nonce-bm9uY2U'"],
      "connect-src": ["'self'"],
      "frame-src": ["'none'"],
    });
  });

  test("lets the brand's logo in, and no other picture of its host", () => {
    const policy = contentSecurityPolicy({
      nonce: "n",
      logoUrl: "https://cdn.example.com/a;b,c/logo ñ.svg?v=2",
    });

    expect(directives(policy)["img-src"]).toEqual([
      "'self'",
      "data:",
      "https://cdn.example.com/a%3Bb%2Cc/logo%20%C3%B1.svg",
    ]);
  });

  test("never allows inline code", () => {
    const policy = contentSecurityPolicy({ nonce: "n", sdkOrigin: "http://localhost:4000" });

    expect(policy).not.toMatch(/unsafe|\*/);
  });
});

describe("pageHeaders", () => {
  test("keeps the page out of caches, frames' and referrers' sight, but lets popups answer", () => {
    const policy = { nonce: "n" };

    expect(pageHeaders(policy)).toEqual({
      "Content-Security-Policy": contentSecurityPolicy(policy),
      "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
  });
});
