import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, type SignupPlan } from "../../support/signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function newLink(plan: SignupPlan = {}) {
  const userId = newUser();
  const session = await createSession(service, { userId, phoneNumber: newNumber(), ...plan });
  const { pathname, search, searchParams } = new URL(session.signupUrl);
  return { ...session, userId, path: `${pathname}${search}`, payload: searchParams.get("payload") };
}

/** A look from a browser that was never here. */
const look = (path: string) => supertest(service.url).get(path).set("Accept", "text/html");
const cookiesOf = ({ headers }: supertest.Response) => {
  const cookies: unknown = headers["set-cookie"];
  return Array.isArray(cookies) ? cookies.map(String) : [];
};

/** A page for a customer: of this status, complete, and without a trace of JSON. */
function pageOf(response: supertest.Response, status: number): string {
  expect(response.status).toBe(status);
  expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(response.text).toMatch(/^<!doctype html>/i);
  return response.text;
}

describe("GET /whatsapp/signup", () => {
  test("names the account and the number, in the session's language", async () => {
    const { path } = await newLink({
      phoneNumber: "+5511987650123",
      claims: { account_name: "Padaria Lua" },
      session: { locale: "pt" },
    });
    const page = pageOf(await look(path).set("Accept-Language", "en"), 200);
    expect(page).toContain("Padaria Lua");
    expect(page).toMatch(/<html lang="pt[^"]*"/);
    expect(page).toMatch(/\+55 11 98765-?\s?0123/);
  });

  test.each([
    ["pt-BR", "en", "pt"],
    ["PT_br", "en", "pt"],
    ["de", "en-GB, de;q=0.9", "en"],
    ["klingon language", "por", "pt"],
  ])("is asked for as %s by a browser that prefers %s: %s", async (lang, header, locale) => {
    const { path } = await newLink();
    const page = pageOf(
      await look(`${path}&lang=${encodeURIComponent(lang)}`).set("Accept-Language", header),
      200,
    );
    expect(page).toMatch(new RegExp(`<html lang="${locale}`));
  });

  test("names the owner's id where the token brought no name", async () => {
    const { path, userId } = await newLink();
    expect(pageOf(await look(path), 200)).toContain(userId);
  });

  test("escapes hostile names", async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'</title>`;
    const { path } = await newLink({
      claims: { account_name: evil },
      session: { displayName: `${evil}{{7*7}}` },
    });
    const page = pageOf(await look(path), 200);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    for (const tag of ["<script>alert", "<img src=x", "</script><img", "</title><"]) {
      expect(page).not.toContain(tag);
    }
  });

  test("changes nothing in the database, however often it is looked at", async () => {
    const { path } = await newLink();
    const before = await dump(service.database);
    const agent = supertest.agent(service.url);
    for (let i = 0; i < 3; i += 1) await agent.get(path).expect(200);
    await supertest(service.url).head(path).expect(200);
    await look(path).set("Purpose", "prefetch").expect(200);
    await look(`${path}&confirm=true&phoneNumber=%2B5511900000000`).expect(200);
    expect(await dump(service.database)).toEqual(before);
  });

  test("answers HEAD with the headers alone", async () => {
    const { path } = await newLink();
    const response = await supertest(service.url).head(path);
    expect([response.status, response.text]).toEqual([200, undefined]);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  test("gives a browser one cookie for all its sessions", async () => {
    const [one, two] = [await newLink(), await newLink()];
    const agent = supertest.agent(service.url);
    const first = await agent.get(one.path);
    expect(cookiesOf(first)).toEqual([
      expect.stringMatching(
        /^whatsapp_signup=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    for (const { path } of [one, two]) expect(cookiesOf(await agent.get(path))).toEqual([]);
    const [other] = cookiesOf(await look(one.path));
    expect(other).not.toBe(cookiesOf(first)[0]);
  });

  test("replaces a cookie that is not one of ours", async () => {
    const { path } = await newLink();
    expect(cookiesOf(await look(path).set("Cookie", "whatsapp_signup=mine"))).toHaveLength(1);
  });

  test("sends what keeps the link out of other hands", async () => {
    const { headers } = await look((await newLink()).path);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin-allow-popups",
    });
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toContain(new URL(service.simulator.metaUrl).origin);
  });

  test("uses a nonce once", async () => {
    const { path } = await newLink();
    const nonce = async () => {
      const { headers, text } = await look(path);
      const [, value = "?"] =
        /'nonce-([\w-]{24})'/.exec(headers["content-security-policy"] ?? "") ?? [];
      expect(text).toContain(`nonce="${value}"`);
      return value;
    };
    expect(await nonce()).not.toBe(await nonce());
  });
});

describe("GET /whatsapp/signup explains a link that cannot be used:", () => {
  test("none, an unknown, an altered and a repeated payload", async () => {
    const { path, payload } = await newLink();
    const altered = `${payload?.slice(0, -1)}${payload?.endsWith("A") ? "B" : "A"}`;
    for (const other of [
      "/whatsapp/signup",
      "/whatsapp/signup?payload=",
      "/whatsapp/signup?payload=unknown",
      `/whatsapp/signup?payload=${altered}`,
      `/whatsapp/signup?payload=${"a".repeat(5_000)}`,
      "/whatsapp/signup?payload[$ne]=",
      `${path}&payload=${payload}`,
      "/whatsapp/signup?payload=%00",
    ]) {
      const response = await look(other);
      expect([other, response.status]).toEqual([other, 404]);
      const page = pageOf(response, 404);
      expect(page).not.toContain("user-");
      expect(cookiesOf(response)).toEqual([]);
    }
  });

  test("a used one, with the way back to the SaaS", async () => {
    const { signupUrl, sessionId } = await completeSignup(service, {
      userId: newUser(),
      phoneNumber: newNumber(),
    });
    const { pathname, search } = new URL(signupUrl);
    const page = pageOf(await look(`${pathname}${search}`), 409);
    expect(page).toContain("code=session_used");
    expect(page).toContain(`sessionId=${sessionId}`);
  });

  test("a revoked one", async () => {
    const { path, sessionId, userId } = await newLink();
    await service.http
      .delete(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    expect(pageOf(await look(path), 410)).toContain("code=session_revoked");
  });

  test("one that another browser has started, not for the browser that did", async () => {
    const { path, signupUrl } = await newLink();
    const visitor = service.visitor();
    await visitor.start(await visitor.open(signupUrl)).expect(200);
    expect(pageOf(await look(path), 409)).toContain("code=session_in_use");
    pageOf(await visitor.agent.get(path), 200);
  });

  test("shows no code of a stranger's making", async () => {
    const page = pageOf(
      await look("/whatsapp/signup?payload=x&code=<script>alert(1)</script>"),
      404,
    );
    expect(page).not.toContain("alert(1)");
  });

  test("while the Partner Solution ID is missing", async () => {
    const { path } = await newLink();
    await service.restart({ TWILIO_PARTNER_SOLUTION_ID: "" });
    expect(pageOf(await look(path), 503)).toContain("code=partner_solution_id_not_configured");
    await service.restart();
  });
});

describe("GET /whatsapp/signup on https", () => {
  beforeAll(() => service.restart({ PUBLIC_URL: "https://signup.example.com" }));

  test("sets a cookie that only this host and only https ever see", async () => {
    const { path } = await newLink();
    const response = await look(path);
    expect(cookiesOf(response)).toEqual([
      expect.stringMatching(
        /^__Host-whatsapp_signup=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });
});

describe("GET /whatsapp/signup in redirect mode", () => {
  beforeAll(() => service.restart({ SIGNUP_MODE: "redirect" }));

  test("loads nothing of Meta", async () => {
    const { path } = await newLink();
    const response = await look(path);
    expect(pageOf(response, 200)).not.toContain("sdk.js");
    const policy = response.headers["content-security-policy"] ?? "";
    expect(policy).not.toMatch(/facebook|127\.0\.0\.1/);
  });
});
