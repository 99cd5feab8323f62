import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { renderResultPage } from "../../../src/pages/result-page.ts";
import {
  renderProblemPage,
  renderSignupPage,
  type SignupPageView,
} from "../../../src/pages/signup-page.ts";
import { PAGE_SCRIPTS, scriptFile } from "../../../src/pages/web-files.ts";
import { LOCALES } from "../../../src/problems/locales.ts";

const view: SignupPageView = {
  locale: "es",
  nonce: "bm9uY2U",
  account: "Panadería La Espiga",
  returnTo: "https://app.example.com/dashboard?x=1",
  backUrl: "https://app.example.com/error?code=signup_cancelled",
  mode: "meta",
  asksNumberFirst: true,
  payload: "payload-token",
  sessionId: "wss_1",
  isStarted: false,
  needsCode: false,
  phoneNumberType: "byo",
  sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
  messageOrigins: [],
  expiresAt: "2026-11-25T10:00:00.000Z",
};

function browserData(page: string): Record<string, unknown> {
  const [, json = ""] = /<script type="application\/json" id="signup-data">(.*?)<\/script>/s.exec(
    page,
  ) ?? [undefined, ""];
  return JSON.parse(json) as Record<string, unknown>;
}

describe("renderSignupPage", () => {
  test.each(LOCALES)("has one heading, its language, labels and no inline code in %s", (locale) => {
    const page = renderSignupPage({ ...view, locale });

    expect(page).toContain(`<html lang="${locale === "pt" ? "pt-BR" : locale}">`);
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page).toContain('<label for="phoneNumber">');
    expect(page).toContain('<label for="displayName">');
    expect(page).not.toMatch(/ on\w+="| style="/);
  });

  test("names the account and the host that the browser returns to", () => {
    const page = renderSignupPage(view);

    expect(page).toContain("<bdi>Panadería La Espiga</bdi>");
    expect(page).toContain("<bdi>app.example.com</bdi>");
    expect(page).not.toContain("dashboard?x=1");
  });

  test("shows a number and a name that are known instead of asking for them", () => {
    const page = renderSignupPage({
      ...view,
      phoneNumber: "+525512345678",
      displayName: "La Espiga",
    });

    expect(page).toContain("<bdi>+52 55 1234 5678</bdi>");
    expect(page).toContain("<bdi>La Espiga</bdi>");
    expect(page).not.toContain("<input");
  });

  test.each([
    "</script><script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "' onmouseover='alert(1)",
    "<!--<script>",
    "a\u2028b\u2029c",
    "👩🏽‍💻 & Söhne",
  ])("shows the hostile name %j as text everywhere", (name) => {
    const page = renderSignupPage({ ...view, account: name, displayName: name, payload: name });

    expect(page).not.toMatch(/<img|<script>|<!--|alert\(1\)<\/script>/);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(browserData(page)["payload"]).toBe(name);
  });

  test("offers no way back to an address that is not http", () => {
    const page = renderSignupPage({ ...view, backUrl: "javascript:alert(1)" });

    expect(page).not.toContain("javascript:");
    expect(browserData(page)["backUrl"]).toBeUndefined();
  });

  test("gives the script the texts of its own language alone", () => {
    const page = renderSignupPage({ ...view, locale: "pt" });

    expect(page).toContain("Tente de novo");
    expect(page).not.toContain("Inténtalo de nuevo");
  });

  test("loads one script of its own", () => {
    const page = renderSignupPage(view);

    expect([...page.matchAll(/src="(.*?)"/g)].map(([, address]) => address)).toEqual([
      "/whatsapp/signup/signup.js",
    ]);
  });
});

describe("renderProblemPage", () => {
  test("says what happened, what to do and the code, and leads back", () => {
    const page = renderProblemPage({
      locale: "es",
      nonce: "n",
      code: "session_expired",
      account: "<b>x</b>",
      sessionId: "wss_1",
      returnUrl: "https://app.example.com/?a=1&b=2",
    });

    expect(page).toContain("Para soporte: <bdi>wss_1</bdi>");
    expect(page).toContain("<bdi>session_expired</bdi>");
    expect(page).toContain("&lt;b&gt;x&lt;/b&gt;");
    expect(page).toContain('href="https://app.example.com/?a=1&amp;b=2"');
    expect(page.match(/<h1/g)).toHaveLength(1);
  });

  test("makes no link where nothing is known about the way back", () => {
    expect(renderProblemPage({ locale: "en", nonce: "n", code: "session_unknown" })).not.toContain(
      "<a ",
    );
  });
});

describe("renderResultPage", () => {
  test("sends another browser back to the session's own, or on, and says no more", () => {
    const outcome = { kind: "elsewhere" } as const;
    const [returnUrl, supportUrl] = ["https://app.example.com", "https://help.example.com/"];
    const brand = { supportUrl };

    const bare = { locale: "en", nonce: "n", outcome, brand } as const;
    const page = renderResultPage({ ...bare, returnUrl });

    expect(page).toContain("Go on in the browser where you started");
    expect(page).toContain(`<a class="button primary" href="${returnUrl}/">Go back</a>`);
    expect(renderResultPage(bare)).toContain(
      `<a class="button primary" href="${supportUrl}">Help</a>`,
    );
    expect(page).not.toContain("<dd>");
    expect(page).not.toContain("<script");
  });

  test("shows the text of the failure", () => {
    const outcome = { kind: "failed", code: "signup_cancelled" } as const;

    const page = renderResultPage({ locale: "en", nonce: "n", outcome });

    expect(page).toContain("<bdi>signup_cancelled</bdi>");
    expect(page).not.toContain("Go on in the browser");
  });
});

describe("scriptFile", () => {
  test.each(PAGE_SCRIPTS)("holds %s whole, also compressed", (name) => {
    const { body, gzip, etag } = scriptFile(name);

    expect(body.length).toBeGreaterThan(0);
    expect(body).not.toMatch(/(^|[;}])(import|export)\b/m);
    expect(gunzipSync(gzip).toString()).toBe(body);
    expect(etag).toMatch(/^"[\w-]+"$/);
  });

  test.each([
    ["signup.js", 9 * 1024],
    ["status.js", 3 * 1024],
    ["button.js", 6 * 1024],
  ] as const)("sends %s in at most %d bytes", (name, limit) => {
    expect(scriptFile(name).gzip.length).toBeLessThanOrEqual(limit);
  });

  test("leaves nothing in the scope of the page that restores an address", () => {
    expect(scriptFile("restore.js").body).toMatch(/^\{.*\}\n$/s);
  });
});
