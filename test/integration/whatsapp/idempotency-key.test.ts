import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { keyedRequestsOf } from "../../support/keyed-requests.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { WABA } from "../../support/signup.ts";

const CREATE = "/whatsapp/create-signup-session";

let service: TestService;
const clock = new MovableClock(new Date("2090-05-01T10:00:00.000Z"));

beforeAll(async () => {
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const { keys, sessions, post, asIfKilled } = keyedRequestsOf(() => service, clock);

interface Created {
  sessionId: string;
  signupUrl: string;
}

const payloadOf = ({ signupUrl }: Created) =>
  new URL(signupUrl).searchParams.get("payload") ?? "no payload";

describe("Idempotency-Key at POST /whatsapp/create-signup-session", () => {
  test("gives a repeat the same session and a fresh link, and both links count", async () => {
    const userId = newUser();
    const body = { phoneNumber: newNumber(), displayName: "Café Sol" };
    const key = randomUUID();
    const first = await post(userId, CREATE, key, body);
    const second = await post(userId, CREATE, key, {
      displayName: "Café Sol",
      phoneNumber: body.phoneNumber,
    });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.headers).not.toHaveProperty("idempotent-replayed");
    expect(second.headers["idempotent-replayed"]).toBe("true");
    const [one, two] = [first.body as Created, second.body as Created];
    expect({ ...two, signupUrl: "" }).toEqual({ ...one, signupUrl: "" });
    expect(payloadOf(two)).not.toBe(payloadOf(one));
    expect(await sessions().countDocuments({ userId })).toBe(1);
    const visitor = service.visitor();
    for (const created of [one, two]) {
      await visitor.start(await visitor.open(created.signupUrl)).expect(200);
    }
    const values = { payload: payloadOf(one), WhatsAppBusinessAccountId: WABA };
    const accepted = await visitor.postCallback(values).expect(200);
    const repeated = await visitor.postCallback({ ...values, payload: payloadOf(two) });
    expect(repeated.body).toEqual(accepted.body);
  });

  test("keeps no answer: neither link nor key is in the database or the log", async () => {
    const key = randomUUID();
    const userId = newUser();
    await post(userId, CREATE, key);
    const { body } = await post(userId, CREATE, key);
    const stored = JSON.stringify(await keys().find().toArray());
    expect(stored + service.logText()).not.toContain(payloadOf(body as Created));
    expect(stored).not.toContain(key);
  });

  test("is refused with another request, wherever that goes", async () => {
    const userId = newUser();
    const key = randomUUID();
    const { sessionId } = (await post(userId, CREATE, key, { reference: "a" })).body as Created;
    for (const [path, body] of [
      [CREATE, { reference: "b" }],
      [CREATE, {}],
      [`/whatsapp/signup-sessions/${sessionId}/release`, { reference: "a" }],
    ] as const) {
      expect(problemIn(await post(userId, path, key, body))).toBe("422 idempotency_key_reused");
    }
    expect(await sessions().countDocuments({ userId })).toBe(1);
  });

  test("belongs to its owner", async () => {
    const key = randomUUID();
    const one = (await post(newUser(), CREATE, key)).body as Created;
    const other = (await post(newUser(), CREATE, key, { reference: "b" })).body as Created;
    expect(other.sessionId).toMatch(/^wss_/);
    expect(other.sessionId).not.toBe(one.sessionId);
  });

  test("of a refused request is free for the mended one", async () => {
    const userId = newUser();
    const key = randomUUID();
    const wrong = await post(userId, CREATE, key, { returnUrl: "https://elsewhere.example" });
    expect(issuesIn(wrong)).toBe("400 return_url_not_allowed: returnUrl not_allowed");
    expect((await post(userId, CREATE, key, {})).status).toBe(201);
  });

  test("holds for 24 hours", async () => {
    const userId = newUser();
    const key = randomUUID();
    const first = (await post(userId, CREATE, key)).body as Created;
    clock.advance(24 * 60 * 60_000 - 1);
    expect((await post(userId, CREATE, key)).body).toMatchObject({ sessionId: first.sessionId });
    clock.advance(1);
    const later = (await post(userId, CREATE, key, { reference: "b" })).body as Created;
    expect(later.sessionId).toMatch(/^wss_/);
    expect(later.sessionId).not.toBe(first.sessionId);
  });

  test("makes one session of twenty requests at once", async () => {
    const userId = newUser();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(userId, CREATE, key, { reference: "at once" })),
    );
    const told = answers.map((answer) =>
      answer.status === 201 ? (answer.body as Created).sessionId : problemIn(answer),
    );
    const [session = "none", ...others] = [
      ...new Set(told.filter((one) => one !== "409 idempotency_key_in_use")),
    ];
    expect([session, others]).toEqual([expect.stringMatching(/^wss_/), []]);
    expect(await sessions().countDocuments({ userId })).toBe(1);
    expect((await post(userId, CREATE, key, { reference: "at once" })).body).toMatchObject({
      sessionId: session,
    });
  });

  test.each(["before", "after"])(
    "is taken over from a process that died %s it had made the session",
    async (when) => {
      const userId = newUser();
      const key = randomUUID();
      const { sessionId } = (await post(userId, CREATE, key)).body as Created;
      await asIfKilled();
      if (when === "before") await sessions().deleteMany({ userId });
      const meanwhile = await post(userId, CREATE, key);
      expect(problemIn(meanwhile)).toBe("409 idempotency_key_in_use");
      expect(meanwhile.headers["retry-after"]).toBe("2");
      clock.advance(60_000);
      const again = await post(userId, CREATE, key);
      expect(again.status).toBe(201);
      expect(again.body).toMatchObject({ sessionId });
      expect(await sessions().countDocuments({ userId })).toBe(1);
      const visitor = service.visitor();
      await visitor.start(await visitor.open((again.body as Created).signupUrl)).expect(200);
    },
  );

  test.each([
    ["an empty one", ""],
    ["one with a space", "two words"],
    ["one of 256", "x".repeat(256)],
  ])("may not be %s", async (_kind, key) => {
    const userId = newUser();
    expect(issuesIn(await post(userId, CREATE, key))).toBe(
      "400 invalid_request: Idempotency-Key invalid_format",
    );
    expect(await sessions().countDocuments({ userId })).toBe(0);
  });

  test("is not needed: without one each request makes a session", async () => {
    const userId = newUser();
    await post(userId, CREATE, undefined);
    await post(userId, CREATE, undefined);
    expect(await sessions().countDocuments({ userId })).toBe(2);
  });
});
