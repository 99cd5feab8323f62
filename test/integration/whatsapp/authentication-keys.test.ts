import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { generateKeyPair, SignJWT } from "jose";
import { randomToken } from "../../../src/tokens.ts";
import { startKeyServer, type KeyServer } from "../../support/key-server.ts";
import { problemIn } from "../../support/problems.ts";
import { eventually } from "../../support/wait.ts";
import { signToken, startTestService, TEST_SECRET } from "../../support/service.ts";
import type { TestService } from "../../support/service.ts";

const USER = { sub: "user-1" };

let service: TestService;
let keys: KeyServer;

beforeAll(async () => {
  keys = await startKeyServer();
  service = await startTestService({
    env: {
      WORKER_ENABLED: "false",
      AUTH_JWT_SECRET: "",
      AUTH_JWKS_URL: keys.url,
      AUTH_JWT_ISSUER: "issuer",
      AUTH_JWT_AUDIENCE: "audience",
    },
  });
});
afterAll(async () => {
  await service.close();
  await keys.close();
});

const list = (token: string) =>
  service.http.get("/whatsapp/integrations").set("Authorization", `Bearer ${token}`);

describe("with AUTH_JWKS_URL alone", () => {
  test.each(["RS256", "ES256", "EdDSA"] as const)("a token signed by %s enters", async (alg) => {
    const response = await list(await keys.sign(USER, alg));
    expect(response.status).toBe(200);
  });

  test("the keys are fetched once for many callers", async () => {
    const token = await keys.sign(USER, "ES256");
    await list(token);
    const before = keys.fetches();
    await Promise.all(Array.from({ length: 10 }, () => list(token).expect(200)));
    expect(keys.fetches()).toBe(before);
  });

  test("HS256 is refused, whatever it was signed with", async () => {
    for (const secret of [TEST_SECRET, keys.publicText]) {
      const response = await list(await signToken({ ...USER, iss: "issuer" }, { secret }));
      expect(problemIn(response)).toBe("401 unauthenticated");
    }
  });

  test("a key that is not published is refused", async () => {
    const other = await startKeyServer();
    const token = await other.sign(USER, "RS256");
    await other.close();
    expect(problemIn(await list(token))).toBe("401 unauthenticated");
  });

  test("a token cannot name the place of its key", async () => {
    const other = await startKeyServer();
    const good = await keys.sign(USER, "RS256");
    const [, claims = "", signature = ""] = good.split(".");
    const header = { alg: "RS256", kid: "key-RS256", jku: other.url, x5u: other.url };
    const forged = `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${claims}.${signature}`;
    const response = await list(forged);
    await other.close();
    expect(problemIn(response)).toBe("401 unauthenticated");
    expect(other.fetches()).toBe(0);
  });

  test.each([
    ["another issuer", { ...USER, iss: "other" }],
    ["another audience", { ...USER, aud: "other" }],
    ["no user", {}],
  ])("a token with %s is refused", async (_what, claims) => {
    const response = await list(await keys.sign(claims, "ES256"));
    expect(problemIn(response)).toBe("401 unauthenticated");
  });

  test("a token for several audiences enters if ours is among them", async () => {
    const response = await list(await keys.sign({ ...USER, aud: ["x", "audience"] }, "ES256"));
    expect(response.status).toBe(200);
  });
});

describe("with a secret and AUTH_JWKS_URL", () => {
  beforeAll(() => service.restart({ AUTH_JWT_SECRET: TEST_SECRET }));

  test("alg chooses the key", async () => {
    const claims = { ...USER, iss: "issuer", aud: "audience" };
    await list(await signToken(claims)).expect(200);
    await list(await keys.sign(USER, "RS256")).expect(200);
  });

  test("RS256 with the secret for a key is refused", async () => {
    const token = await signToken(USER);
    const [, claims = "", signature = ""] = token.split(".");
    const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: "key-RS256" }));
    const response = await list(`${header.toString("base64url")}.${claims}.${signature}`);
    expect(problemIn(response)).toBe("401 unauthenticated");
  });

  test("HS256 with the public key for a secret is refused", async () => {
    const token = await new SignJWT({ ...USER, iss: "issuer", aud: "audience" })
      .setProtectedHeader({ alg: "HS256", kid: "key-RS256" })
      .setExpirationTime("5m")
      .sign(new TextEncoder().encode(keys.publicText));
    expect(problemIn(await list(token))).toBe("401 unauthenticated");
  });

  test("HS256 must name issuer and audience too", async () => {
    expect(problemIn(await list(await signToken(USER)))).toBe("401 unauthenticated");
    const other = await signToken({ ...USER, iss: "issuer", aud: "other" });
    expect(problemIn(await list(other))).toBe("401 unauthenticated");
  });
});

describe("with AUTH_JWT_USER_CLAIM", () => {
  beforeAll(() => service.restart({ AUTH_JWT_USER_CLAIM: "https://app.example/org" }));

  test("the organisation owns, not the subject", async () => {
    const claims = { sub: "user-1", "https://app.example/org": "org-9" };
    const created = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", `Bearer ${await keys.sign(claims, "ES256")}`)
      .send({});
    expect(created.status).toBe(201);
    const sessions = service.database.connection.collection("signup_sessions");
    expect(await sessions.distinct("userId")).toEqual(["org-9"]);
  });

  test("a token without that claim is refused", async () => {
    expect(problemIn(await list(await keys.sign(USER, "ES256")))).toBe("401 unauthenticated");
  });
});

describe("while the keys cannot be had", () => {
  afterEach(() => keys.answer(500, ""));

  test.each([
    ["an error", 500, ""],
    ["no JSON", 200, "<html>"],
    ["no keys", 200, "{}"],
  ])("%s of the key server is ours to repair, not the caller's", async (_what, status, body) => {
    keys.answer(status, body);
    await service.restart();
    const response = await list(await keys.sign(USER, "ES256"));
    expect(problemIn(response)).toBe("503 authentication_unavailable");
    const logged = service.log.findLast(({ code }) => code === "authentication_unavailable");
    expect(logged).toMatchObject({ level: "error", requestId: response.headers["x-request-id"] });
  });

  test("what is no token is refused without asking for keys", async () => {
    const before = keys.fetches();
    expect(problemIn(await list("a.b.c"))).toBe("401 unauthenticated");
    expect(keys.fetches()).toBe(before);
  });
});

describe("while the issuer replaces its keys and names none", () => {
  beforeAll(async () => {
    await keys.rotate();
    await service.restart();
  });

  test.each(["RS256", "ES256", "EdDSA"] as const)(
    "a token of either key enters: %s",
    async (alg) => {
      await list(await keys.sign(USER, alg)).expect(200);
    },
  );

  test("a token of neither is refused, and so is one that is over", async () => {
    const other = await startKeyServer();
    await other.rotate();
    const token = await other.sign(USER, "ES256");
    await other.close();
    expect(problemIn(await list(token))).toBe("401 unauthenticated");
    const late = await keys.sign({ ...USER, nbf: 4_000_000_000 }, "ES256");
    expect(problemIn(await list(late))).toBe("401 unauthenticated");
  });
});

describe("when the issuer has replaced its keys", () => {
  beforeAll(async () => {
    await keys.replace(true);
    await service.restart();
    await list(await keys.sign(USER, "ES256")).expect(200);
  });

  const untilItEnters = (token: string) =>
    eventually(
      async () => (await list(token)).status,
      (status) => status === 200,
    );

  test.each([
    ["by new names", true],
    ["without names", false],
    ["without names again", false],
  ])("a token of a new key enters within seconds: %s", async (_what, areNamed) => {
    const former = await keys.sign(USER, "RS256");
    await keys.replace(areNamed);
    await untilItEnters(await keys.sign(USER, "RS256"));
    expect(problemIn(await list(former))).toBe("401 unauthenticated");
  });

  test.each([
    ["answers", 200],
    ["does not", 503],
  ])(
    "names that nobody published make no flood of fetches where the issuer %s",
    async (_, status) => {
      if (status !== 200) keys.answer(status, "");
      const { privateKey } = await generateKeyPair("EdDSA");
      const before = keys.fetches();
      const startedMs = performance.now();
      while (keys.fetches() < before + 3) {
        const token = await new SignJWT({ ...USER, iss: "issuer", aud: "audience" })
          .setProtectedHeader({ alg: "EdDSA", kid: randomToken() })
          .setExpirationTime("5m")
          .sign(privateKey);
        // 429: the limit of failed authentications from one address, which looks for keys all the same.
        expect([401, 429, 503]).toContain((await list(token)).status);
      }
      const seconds = (performance.now() - startedMs) / 1_000;
      expect(keys.fetches() - before).toBeLessThanOrEqual(1 + Math.ceil(seconds / 2));
    },
  );
});
