import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { problemIn } from "../../support/problems.ts";
import { signToken, startTestService, TEST_SECRET } from "../../support/service.ts";
import type { TestService } from "../../support/service.ts";

const ID = "0123456789abcdef01234567";
const GUARDED = [
  ["post", "/whatsapp/create-signup-session"],
  ["get", "/whatsapp/signup-sessions/wss_1"],
  ["delete", "/whatsapp/signup-sessions/wss_1"],
  ["post", "/whatsapp/signup-sessions/wss_1/release"],
  ["get", "/whatsapp/integrations"],
  ["get", `/whatsapp/integrations/${ID}`],
  ["delete", `/whatsapp/integrations/${ID}`],
  ["post", `/whatsapp/integrations/${ID}/verification`],
  ["post", `/whatsapp/integrations/${ID}/verification/resend`],
  ["post", `/whatsapp/integrations/${ID}/retry`],
] as const;

const now = () => Math.floor(Date.now() / 1000);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token signed by hand, for headers that a library would not make. */
function handmade(header: Record<string, unknown>, claims: unknown, secret = TEST_SECRET): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  const hash = header.alg === "HS512" ? "sha512" : "sha256";
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

const good = () => ({ sub: "user-1", exp: now() + 60 });
const HS256 = { alg: "HS256", typ: "JWT" };

/** What nobody may enter with; each makes the header anew. */
const REFUSED: [string, () => Promise<string> | string][] = [
  ["an empty header", () => ""],
  ["another scheme", () => "Basic dXNlcjpwYXNz"],
  ["a scheme without a token", () => "Bearer "],
  ["no scheme", () => signToken({ sub: "user-1" })],
  ["no token at all", () => "Bearer no-such-thing"],
  ["too many parts", async () => `Bearer ${await signToken({ sub: "user-1" })}.x`],
  ["an expired token", () => `Bearer ${handmade(HS256, { sub: "user-1", exp: now() - 60 })}`],
  ["a token without exp", () => `Bearer ${handmade(HS256, { sub: "user-1" })}`],
  ["exp as a text", () => `Bearer ${handmade(HS256, { sub: "user-1", exp: "9999999999" })}`],
  ["a token of later", () => `Bearer ${handmade(HS256, { ...good(), nbf: now() + 60 })}`],
  ["a token made later", () => `Bearer ${handmade(HS256, { ...good(), iat: now() + 60 })}`],
  ["iat as a text", () => `Bearer ${handmade(HS256, { ...good(), iat: "now" })}`],
  [
    "another secret",
    async () => `Bearer ${await signToken({ sub: "user-1" }, { secret: `${TEST_SECRET}x` })}`,
  ],
  ["alg none", () => `Bearer ${encode({ alg: "none" })}.${encode(good())}.`],
  ["alg none with a signature", () => `Bearer ${handmade({ ...HS256, alg: "none" }, good())}`],
  ["alg HS512", () => `Bearer ${handmade({ ...HS256, alg: "HS512" }, good())}`],
  ["alg RS256 over an HMAC", () => `Bearer ${handmade({ ...HS256, alg: "RS256" }, good())}`],
  ["no alg", () => `Bearer ${handmade({ typ: "JWT" }, good())}`],
  [
    "an unknown critical header",
    () => `Bearer ${handmade({ ...HS256, crit: ["x"], x: 1 }, good())}`,
  ],
  ["claims that are no object", () => `Bearer ${handmade(HS256, ["user-1"])}`],
  [
    "an altered claim",
    () => {
      const [header, , signature] = handmade(HS256, good()).split(".");
      return `Bearer ${header}.${encode({ ...good(), sub: "user-2" })}.${signature}`;
    },
  ],
  ["no user", () => `Bearer ${handmade(HS256, { exp: now() + 60 })}`],
  ["an empty user", () => `Bearer ${handmade(HS256, { ...good(), sub: "" })}`],
  ["a user that is a fraction", () => `Bearer ${handmade(HS256, { ...good(), sub: 7.5 })}`],
  ["a user beyond exact numbers", () => `Bearer ${handmade(HS256, { ...good(), sub: 2 ** 53 })}`],
  ["a user that is true", () => `Bearer ${handmade(HS256, { ...good(), sub: true })}`],
  ["a user that is half a sign", () => `Bearer ${handmade(HS256, { ...good(), sub: "u\uD800" })}`],
  ["a user that is an object", () => `Bearer ${handmade(HS256, { ...good(), sub: { $ne: "" } })}`],
  ["a user without end", () => `Bearer ${handmade(HS256, { ...good(), sub: "u".repeat(256) })}`],
];

describe("endpoints for the SaaS", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { WORKER_ENABLED: "false" } });
  });
  afterAll(() => service.close());

  test.each(GUARDED)("%s %s is closed without a token", async (method, path) => {
    const before = await dump(service.database);
    const response = await service.http[method](path);
    expect(problemIn(response)).toBe("401 unauthenticated");
    expect(response.headers["www-authenticate"]).toBe("Bearer");
    expect(await dump(service.database)).toEqual(before);
  });

  test.each(GUARDED)("%s %s asks for the token before it reads the body", async (method, path) => {
    const response = await service.http[method](path)
      .set("Content-Type", "application/json")
      .send("{not json");
    expect(problemIn(response)).toBe("401 unauthenticated");
  });

  test.each(REFUSED)("refuse %s, write nothing and log no token", async (_what, make) => {
    const authorization = await make();
    const before = await dump(service.database);
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", authorization)
      .send({});
    expect(problemIn(response)).toBe("401 unauthenticated");
    expect(await dump(service.database)).toEqual(before);
    expect(service.logText()).not.toContain(authorization.slice(7) || "Bearer");
  });

  test("take no token from a query, a body or a cookie", async () => {
    const token = await signToken({ sub: "user-1" });
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .query({ access_token: token, token })
      .set("Cookie", `token=${token}`)
      .send({ access_token: token });
    expect(problemIn(response)).toBe("401 unauthenticated");
  });

  test.each(["Bearer", "bearer", "BEARER "])("let a good token in: %j", async (scheme) => {
    const response = await service.http
      .get("/whatsapp/integrations")
      .set("Authorization", `${scheme} ${handmade(HS256, good())}`);
    expect(response.status).toBe(200);
  });

  test.each([
    ["that ended a moment ago", () => ({ exp: now() - 3 })],
    ["that begins in a moment", () => ({ nbf: now() + 3 })],
    ["of a clock that is ahead", () => ({ iat: now() + 3 })],
    ["without a time of making", () => ({})],
  ])("let a token in %s", async (_what, claims) => {
    await service.http
      .get("/whatsapp/integrations")
      .set("Authorization", `Bearer ${handmade(HS256, { ...good(), ...claims() })}`)
      .expect(200);
  });

  test("take a whole number as the user for its decimal text", async () => {
    const create = (sub: unknown) =>
      service.http
        .post("/whatsapp/create-signup-session")
        .set("Authorization", `Bearer ${handmade(HS256, { ...good(), sub })}`)
        .send({});
    const answer = await create(9_007_199_254_740_991);
    const { sessionId } = answer.body as { sessionId: string };
    expect(answer.status).toBe(201);
    const look = (sub: unknown) =>
      service.http
        .get(`/whatsapp/signup-sessions/${sessionId}`)
        .set("Authorization", `Bearer ${handmade(HS256, { ...good(), sub })}`);
    await look("9007199254740991").expect(200);
    expect(problemIn(await look("9007199254740990"))).toBe("404 session_unknown");
  });

  test("answer in the caller's language", async () => {
    const response = await service.http.get("/whatsapp/integrations").set("Accept-Language", "pt");
    expect(problemIn(response, "pt")).toBe("401 unauthenticated");
  });
});

describe("while the secret is exchanged", () => {
  const FORMER = "the-former-secret-of-more-than-32-bytes-0123456789";
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: { WORKER_ENABLED: "false", AUTH_JWT_SECRET_PREVIOUS: FORMER },
    });
  });
  afterAll(() => service.close());

  const list = (token: string) =>
    service.http.get("/whatsapp/integrations").set("Authorization", `Bearer ${token}`);

  test("tokens of both secrets enter, and no others", async () => {
    await list(handmade(HS256, good())).expect(200);
    await list(handmade(HS256, good(), FORMER)).expect(200);
    for (const secret of [`${FORMER}x`, `${TEST_SECRET}${FORMER}`]) {
      expect(problemIn(await list(handmade(HS256, good(), secret)))).toBe("401 unauthenticated");
    }
  });

  test("a token of the former one is checked as any other", async () => {
    const late = handmade(HS256, { sub: "user-1", exp: now() - 60 }, FORMER);
    expect(problemIn(await list(late))).toBe("401 unauthenticated");
    const other = handmade({ ...HS256, alg: "HS512" }, good(), FORMER);
    expect(problemIn(await list(other))).toBe("401 unauthenticated");
  });

  test("the former one ends with the variable, and the tolerance is as wide as it is set", async () => {
    await service.restart({ AUTH_JWT_SECRET_PREVIOUS: "", AUTH_CLOCK_TOLERANCE_SECONDS: "120" });
    expect(problemIn(await list(handmade(HS256, good(), FORMER)))).toBe("401 unauthenticated");
    await list(handmade(HS256, { sub: "user-1", exp: now() - 60 })).expect(200);
  });
});
