import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newUser } from "../../support/numbers.ts";
import { OWN, REFUSALS, REFUSALS_ENV, refusalsOf } from "../../support/refusals.ts";
import {
  signToken,
  startTestService,
  TEST_SECRET,
  type TestService,
} from "../../support/service.ts";

const INTEGRATIONS = "/whatsapp/integrations";
const clock = new MovableClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    clock,
    env: REFUSALS_ENV,
  });
});
afterAll(() => service.close());

const now = () => Math.floor(Date.now() / 1000);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const { bearer, nextRequestId, linesOf } = refusalsOf(() => service, clock);

/** A token signed by hand, with exactly these claims. */
function handmade(claims: object, header: object = { alg: "HS256" }): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", TEST_SECRET).update(signed).digest("base64url")}`;
}

const good = () => ({ sub: "user-1", exp: now() + 60, ...OWN });

describe("a token that is not accepted", () => {
  const kinds: [reason: string, more: object, authorization: () => string | Promise<string>][] = [
    ["missing", {}, () => ""],
    ["malformed", {}, () => "Basic dXNlcjpwYXNz"],
    ["malformed", {}, () => "Bearer token"],
    ["malformed", {}, () => "Bearer bm8.bm8.bm8"],
    [
      "signature",
      {},
      async () => `Bearer ${await signToken({ ...OWN, sub: "u" }, { secret: `${TEST_SECRET}x` })}`,
    ],
    ["exp_missing", {}, () => `Bearer ${handmade({ ...OWN, sub: "u" })}`],
    [
      "expired",
      { secondsOff: expect.any(Number) },
      () => `Bearer ${handmade({ ...good(), exp: now() - 90 })}`,
    ],
    [
      "not_yet_valid",
      { secondsOff: expect.any(Number) },
      () => `Bearer ${handmade({ ...good(), nbf: now() + 90 })}`,
    ],
    ["algorithm", {}, () => `Bearer ${handmade(good(), { alg: "RS256" })}`],
    ["algorithm", {}, () => `Bearer ${encode({ alg: "none" })}.${encode(good())}.`],
    ["issuer", { claim: "iss" }, () => `Bearer ${handmade({ ...good(), iss: "other" })}`],
    ["audience", { claim: "aud" }, () => `Bearer ${handmade({ ...good(), aud: "other" })}`],
    ["user_claim", { claim: "sub" }, () => `Bearer ${handmade({ exp: now() + 60, ...OWN })}`],
    ["user_claim", { claim: "sub" }, () => `Bearer ${handmade({ ...good(), sub: "" })}`],
    ["claim", { claim: "exp" }, () => `Bearer ${handmade({ ...good(), exp: "9" })}`],
  ];

  test.each(kinds)("leaves a line that says why: %s", async (reason, more, authorization) => {
    const id = nextRequestId();
    await service.http
      .get(INTEGRATIONS)
      .set({ authorization: await authorization(), "X-Request-Id": id })
      .expect(401);
    expect(linesOf(id, ...REFUSALS)).toEqual([
      expect.objectContaining({
        event: "token_rejected",
        level: "warn",
        code: "unauthenticated",
        reason,
        what: `GET ${INTEGRATIONS}`,
        ...more,
      }),
    ]);
  });

  test("leaves one at the callback too", async () => {
    const id = nextRequestId();
    await service.http
      .post("/whatsapp/onboarding-callback")
      .set({ authorization: "Bearer no-token", "X-Request-Id": id })
      .send({ payload: "x" })
      .expect(401);
    expect(linesOf(id, "token_rejected")).toMatchObject([{ reason: "malformed" }]);
  });
});

describe("a phone_numbers claim of the wrong shape", () => {
  test.each([
    ["+5511987654321", { fault: "not_a_list", kept: 0 }],
    [{ "0": "+5511987654321" }, { fault: "not_a_list", kept: 0 }],
    [["+5511987654321", 5, "ten"], { fault: "not_phone_numbers", kept: 1, given: 3 }],
  ])("is said though the token counts: %j", async (numbers, more) => {
    const [id, userId] = [nextRequestId(), newUser()];
    await service.http
      .get(INTEGRATIONS)
      .set({ authorization: await bearer(userId, { phone_numbers: numbers }), "X-Request-Id": id })
      .expect(200);
    expect(linesOf(id, ...REFUSALS)).toEqual([
      expect.objectContaining({
        event: "token_rejected",
        reason: "phone_numbers",
        claim: "phone_numbers",
        userId,
        ...more,
      }),
    ]);
  });

  test.each([[undefined], [[]], [["+5511987654321"]]])("is not said of %j", async (numbers) => {
    const id = nextRequestId();
    await service.http
      .get(INTEGRATIONS)
      .set({
        authorization: await bearer(newUser(), numbers ? { phone_numbers: numbers } : {}),
        "X-Request-Id": id,
      })
      .expect(200);
    expect(linesOf(id, ...REFUSALS)).toEqual([]);
  });
});

describe("refusals of one kind", () => {
  test("is written thirty times a minute for each kind, and then counted", async () => {
    clock.advance(61_000);
    const from = service.log.length;
    const written = (event: string, reason?: string) =>
      service.log
        .slice(from)
        .filter((line) => line.event === event && (!reason || line.reason === reason));
    for (let i = 0; i < 40; i += 1) await service.http.get(INTEGRATIONS).expect(401);
    expect(written("token_rejected")).toHaveLength(30);
    await service.http.get(INTEGRATIONS).set("Authorization", "Bearer x").expect(401);
    expect(written("token_rejected", "malformed")).toHaveLength(1);
    clock.advance(59_000);
    await service.http.get(INTEGRATIONS).expect(401);
    expect(written("token_rejected", "missing")).toHaveLength(30);
    clock.advance(2_000);
    await service.http.get(INTEGRATIONS).set("X-Request-Id", "after").expect(401);
    expect(written("token_rejected", "missing").slice(30)).toEqual([
      expect.objectContaining({ level: "warn", leftOut: 11 }),
      expect.objectContaining({ requestId: "after" }),
    ]);
    expect(written("token_rejected").find(({ leftOut }) => leftOut)).not.toHaveProperty(
      "requestId",
    );
  });
});
