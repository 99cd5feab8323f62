import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { sha256 } from "../../../src/tokens.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";

const ANA = "a-token-of-ana-with-32-bytes-and-more";
const TOM = "a-token-of-tom-with-32-bytes-and-more";
const HOURS_MS = 3_600_000;
const LOGIN = "<h1>Log in</h1>";
const SEARCH = "What do you have?";

const clock = new MovableClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { OPS_TOKEN: `ana:${ANA},tom:${TOM}`, WORKER_ENABLED: "false" },
    clock,
  });
});
afterAll(() => service.close());

/** A browser that keeps its cookies and names its origin. */
let browser: ReturnType<typeof desk>;
beforeEach(() => {
  browser = desk();
});
function desk(origin = service.url) {
  const agent = supertest.agent(service.url);
  return {
    get: (path = "/ops") => agent.get(path).set("Accept-Language", "en").redirects(0),
    post: (path: string, form: Record<string, string> = {}) =>
      agent.post(path).set("Origin", origin).set("Accept-Language", "en").type("form").send(form),
  };
}
const login = (token = ANA, of = browser) => of.post("/ops/login", { token });
const stored = () =>
  service.database.connection
    .collection<{ _id: string; tokenSeal: string; expiresAt: Date }>("operator_sessions")
    .find()
    .toArray();
const shown = async (of = browser) => (await of.get()).text;

describe("an operator's browser", () => {
  test("logs in with a token, with a cookie of its own that lives twelve hours", async () => {
    expect(await shown()).toContain(LOGIN);
    const { status, headers } = await login();
    expect([status, headers.location]).toEqual([303, "/ops"]);
    const [cookie, ...others] = headers["set-cookie"] as unknown as string[];
    expect(cookie).toMatch(
      /^whatsapp_operator=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(others).toEqual([]);
    const page = await shown();
    expect(page).toContain(SEARCH);
    expect(page).toContain("<b>ana</b>");
    expect(service.log).toContainEqual(
      expect.objectContaining({ event: "operator_action", action: "login", operator: "ana" }),
    );
  });

  test("over https has a cookie that no other host can set", async () => {
    await service.restart({ PUBLIC_URL: "https://ops.example.com" });
    const { headers } = await login(ANA, desk("https://ops.example.com"));
    expect(headers["set-cookie"]?.[0]).toMatch(
      /^__Host-whatsapp_operator=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    await service.restart();
  });

  test("leaves neither its id nor the token in the database, the page or the log", async () => {
    const { headers } = await login();
    const id = /=([\w-]{43})/.exec(headers["set-cookie"]?.[0] ?? "")?.[1] ?? "";
    const own = (await stored()).find(({ _id }) => _id === sha256(id));
    expect(own).toMatchObject({ tokenSeal: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(own?.tokenSeal).not.toBe(sha256(ANA));
    const written = JSON.stringify(await stored()) + (await shown()) + service.logText();
    for (const secret of [id, ANA, TOM]) expect(written).not.toContain(secret);
  });

  test("gets another id with each login, and the former one is over", async () => {
    const first = await login();
    const former = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    await login(TOM);
    expect(await shown()).toContain("<b>tom</b>");
    const { text } = await service.http.get("/ops").set("Cookie", former);
    expect(text).not.toContain("<b>ana</b>");
  });

  test("is logged out after twelve hours, by the service's clock", async () => {
    await login();
    clock.advance(12 * HOURS_MS - 1);
    expect(await shown()).toContain(SEARCH);
    clock.advance(1);
    expect(await shown()).toContain(LOGIN);
  });

  test("is logged out once its token is taken out of OPS_TOKEN, and stays in while it is there", async () => {
    const other = desk();
    await login(ANA);
    await login(TOM, other);
    await service.restart({ OPS_TOKEN: `tom-anew:${TOM}` });
    expect(await shown()).toContain(LOGIN);
    expect(await shown(other)).toContain("<b>tom-anew</b>");
    await service.restart();
  });

  test("logs out, also where a copy of its cookie is kept", async () => {
    const { headers } = await login();
    const copy = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const out = await browser.post("/ops/logout");
    expect([out.status, out.headers.location]).toEqual([303, "/ops"]);
    expect(out.headers["set-cookie"]?.[0]).toMatch(/^whatsapp_operator=; Max-Age=0; /);
    expect(await shown()).toContain(LOGIN);
    const kept = await service.http.get("/ops?lang=en").set("Cookie", copy);
    expect(kept.text).toContain(LOGIN);
  });

  test("is told that a token is not valid, in the log without it", async () => {
    for (const token of ["", "ana", `ana:${ANA}`, ANA.slice(0, -1), `${ANA}x`]) {
      const { status, text, headers } = await login(token);
      expect([token, status, headers["set-cookie"]]).toEqual([token, 401, undefined]);
      expect(text).toContain("This token is not valid.");
    }
    expect(service.log).toContainEqual(
      expect.objectContaining({ event: "token_rejected", reason: "ops_token" }),
    );
    expect(service.logText()).not.toContain(ANA.slice(0, -1));
  });

  test("tells nobody whose guesses do not end, together with those of the other doors", async () => {
    await service.restart();
    for (let tries = 0; tries < 300; tries += 1) {
      await login("a-guess");
      await service.http.get("/ops/find?q=1").set("Authorization", "Bearer a-guess");
    }
    const { status, headers, text } = await login("a-guess");
    expect([status, headers["retry-after"]]).toEqual([429, "60"]);
    expect(text).toContain(LOGIN);
    expect((await login()).status).toBe(303);
    await service.restart();
  });

  test.each(["/ops/login", "/ops/logout", "/ops/act"])(
    "takes nothing from another site: POST %s",
    async (path) => {
      await login();
      const before = (await stored()).length;
      for (const [name, value] of [
        ["Origin", "https://evil.example"],
        ["Origin", "null"],
        ["Sec-Fetch-Site", "cross-site"],
        ["Sec-Fetch-Site", "same-site"],
      ] as const) {
        const sent = browser.post(path, { token: ANA }).set("Accept-Language", "es");
        if (name !== "Origin") void sent.unset("Origin");
        const answer = await sent.set(name, value);
        expect([value, problemIn(answer)]).toEqual([value, "403 origin_not_allowed"]);
      }
      expect(await stored()).toHaveLength(before);
      expect(await shown()).toContain("<b>ana</b>");
    },
  );

  test("gets pages of forms alone, which no other site frames and no cache keeps", async () => {
    await login();
    for (const path of ["/ops", "/ops?q=x", "/ops/numbers"]) {
      const { status, headers, text } = await browser.get(path);
      const nonce = /<style nonce="([\w-]{24})">/.exec(text)?.[1];
      expect(status).toBe(200);
      expect(headers["content-security-policy"]).toBe(
        `default-src 'none'; script-src 'none'; style-src 'nonce-${nonce}'; img-src 'self' data:; connect-src 'none'; frame-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      );
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
      });
      expect(text).not.toMatch(/<script| on\w+="| style="/);
    }
  });

  test("finds nothing without being logged in", async () => {
    expect((await browser.get("/ops?q=wss_1")).text).toContain('name="q" value="wss_1"');
    expect((await browser.get("/ops/numbers")).headers.location).toBe("/ops");
    const act = await browser.post("/ops/act", { act: "revoke", id: "x", reason: "y" });
    expect([act.status, act.text.includes("Nothing was done: your login is over.")]).toEqual([
      401,
      true,
    ]);
    const sent = await browser.post("/ops/login", { token: ANA, q: "wss_1", lang: "en" });
    expect(sent.headers.location).toBe("/ops?q=wss_1&lang=en");
  });
});

describe("without OPS_TOKEN", () => {
  beforeAll(() => service.restart({ OPS_TOKEN: "" }));
  afterAll(() => service.restart());

  test("the page is the developer's own machine's alone, and needs no login", async () => {
    expect(await shown()).toContain("<b>ops</b>");
    for (const path of ["/ops", "/ops/numbers"]) {
      const forwarded = await browser
        .get(path)
        .set("Accept-Language", "es")
        .set("X-Forwarded-For", "192.0.2.1");
      expect(problemIn(forwarded)).toBe("404 not_found");
    }
    const answer = await browser
      .post("/ops/login", { token: "" })
      .set("Accept-Language", "es")
      .set("X-Forwarded-For", "::1");
    expect(problemIn(answer)).toBe("404 not_found");
  });
});
