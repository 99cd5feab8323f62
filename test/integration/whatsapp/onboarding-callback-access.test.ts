import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, signToken, startTestService } from "../../support/service.ts";
import type { TestService } from "../../support/service.ts";
import { createSession, WABA } from "../../support/signup.ts";
import { CALLBACK, integrations, startedSession, storedSession, target } from "./callback.ts";

const FAILURE = `${FRONTEND_URL}/dashboard/integrations/connect/whatsapp/error`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

/** A program's call, from no browser. */
async function call(values: Record<string, string>, authorization?: string) {
  const request = supertest(service.url).post(CALLBACK).set("Accept", "application/json");
  if (authorization) void request.set("Authorization", authorization);
  return request.send(values);
}

/** A link that nobody has started. */
async function unstarted() {
  const userId = newUser();
  const phoneNumber = newNumber();
  const session = await createSession(service, { userId, phoneNumber });
  const payload = new URL(session.signupUrl).searchParams.get("payload") ?? "";
  return { ...session, userId, phoneNumber, values: { payload, WhatsAppBusinessAccountId: WABA } };
}

describe("the onboarding callback is closed, and takes nothing,", () => {
  test("to a call without cookie or token", async () => {
    const { values } = await startedSession(service);
    const before = await dump(service.database);
    expect(problemIn(await call(values))).toBe("403 browser_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test("to another browser, which learns nothing of the session", async () => {
    const { values, signupUrl } = await startedSession(service, {
      session: { failureUrl: `${FRONTEND_URL}/mine` },
    });
    const other = service.visitor();
    await other.open(signupUrl);
    const before = await dump(service.database);
    expect(problemIn(await other.postCallback(values))).toBe("403 browser_mismatch");
    const redirected = await other.callback(values);
    expect(redirected.status).toBe(303);
    expect(target(redirected.headers.location)).toEqual({
      to: FAILURE,
      parameters: { code: "browser_mismatch", msg: expect.any(String) },
    });
    const failed = await other.postCallback({ payload: values.payload, error: "access_denied" });
    expect(problemIn(failed)).toBe("403 browser_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test("to a browser before it has started the session", async () => {
    const { values, signupUrl } = await unstarted();
    const visitor = service.visitor();
    await visitor.open(signupUrl);
    const before = await dump(service.database);
    expect(problemIn(await visitor.postCallback(values))).toBe("403 browser_mismatch");
    expect(await dump(service.database)).toEqual(before);
  });

  test("to another owner's token, also from the browser that started the session", async () => {
    const { values, visitor } = await startedSession(service);
    const before = await dump(service.database);
    const stranger = await service.bearer(newUser());
    expect(problemIn(await call(values, stranger))).toBe("404 session_unknown");
    const inBrowser = await visitor.postCallback(values).set("Authorization", stranger);
    expect(problemIn(inBrowser)).toBe("404 session_unknown");
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    ["an expired token", () => signToken({ sub: "user-1" }, { expires: 1 })],
    ["a forged token", () => signToken({ sub: "user-1" }, { secret: "x".repeat(40) })],
    ["no token", () => "nothing"],
  ])("to %s, which is told so in place of a redirect", async (_what, make) => {
    const { values, visitor } = await startedSession(service);
    const before = await dump(service.database);
    const authorization = `Bearer ${await make()}`;
    expect(problemIn(await call(values, authorization))).toBe("401 unauthenticated");
    const redirected = await visitor.callback(values).set("Authorization", authorization);
    expect(problemIn(redirected)).toBe("401 unauthenticated");
    expect(await dump(service.database)).toEqual(before);
  });

  test("to an owner's token of its own for a payload that is none", async () => {
    const owner = await service.bearer(newUser());
    const values = { payload: "unknown", WhatsAppBusinessAccountId: WABA };
    expect(problemIn(await call(values, owner))).toBe("404 session_unknown");
  });

  test("to an unknown or altered payload, without a word about any session", async () => {
    const { values, visitor } = await startedSession(service);
    const altered = values.payload.startsWith("A") ? "B" : "A";
    for (const payload of ["unknown", altered + values.payload.slice(1), `${values.payload} `]) {
      const given = { ...values, payload };
      expect(problemIn(await visitor.postCallback(given))).toBe("404 session_unknown");
      expect(problemIn(await call(given))).toBe("404 session_unknown");
      const redirected = await visitor.callback(given);
      expect(redirected.status).toBe(303);
      expect(target(redirected.headers.location)).toEqual({
        to: FAILURE,
        parameters: { code: "session_unknown", msg: expect.any(String) },
      });
    }
  });

  test("to a cookie made up for the occasion", async () => {
    const { values } = await startedSession(service);
    for (const cookie of [`whatsapp_signup=${"a".repeat(43)}`, "whatsapp_signup="]) {
      const response = await supertest(service.url)
        .post(CALLBACK)
        .set("Cookie", cookie)
        .set("Accept", "application/json")
        .send(values);
      expect(problemIn(response)).toBe("403 browser_mismatch");
    }
  });
});

describe("the onboarding callback is open", () => {
  test("to the browser that started the session", async () => {
    const { visitor, values, sessionId, userId, phoneNumber } = await startedSession(service);
    const response = await visitor.postCallback(values);
    expect(response.status).toBe(200);
    const found = await integrations(service).find({ userId }).toArray();
    expect(found).toEqual([expect.objectContaining({ externalId: phoneNumber, userId })]);
    expect(await storedSession(service, sessionId)).toMatchObject({ status: "completed" });
  });

  test("to that browser behind a proxy that has credentials of its own", async () => {
    const { visitor, values, userId } = await startedSession(service);
    const basic = `Basic ${Buffer.from("staging:door").toString("base64")}`;
    await visitor.postCallback(values).set("Authorization", basic).expect(200);
    expect(await integrations(service).countDocuments({ userId })).toBe(1);
  });

  test("to its owner, whether a browser has started it or not", async () => {
    for (const session of [await unstarted(), await startedSession(service)]) {
      const owner = await service.bearer(session.userId);
      const response = await call(session.values, owner);
      expect(response.status).toBe(200);
      const found = await integrations(service).find({ userId: session.userId }).toArray();
      expect(found.map(({ externalId }) => externalId as unknown)).toEqual([session.phoneNumber]);
    }
  });

  test("to owner and browser of one session, who get the same answer", async () => {
    const { visitor, values, userId } = await startedSession(service);
    const first = await visitor.postCallback(values);
    const again = await call(values, await service.bearer(userId));
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  test("and takes who signs up from the session, whatever the request says", async () => {
    const { visitor, values, userId } = await startedSession(service);
    const other = newUser();
    await visitor
      .postCallback({ ...values, userId: other, user_id: other, sub: other, state: other })
      .query({ userId: other })
      .expect(200);
    expect(await integrations(service).countDocuments({ userId: other })).toBe(0);
    expect(await integrations(service).countDocuments({ userId })).toBe(1);
  });
});
