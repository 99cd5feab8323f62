import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { integrations, startedSession, storedSession } from "../whatsapp/callback.ts";
import { finish } from "../whatsapp/integration.ts";

const TEN_MINUTES_MS = 10 * 60_000;
const KEY = { userId: 1, provider: 1, externalId: 1 } as const;

let service: TestService;
let clock: MovableClock;
beforeEach(async () => {
  clock = new MovableClock();
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterEach(() => service.close());

const theirs = () =>
  integrations(service).createIndex({ userId: 1, provider: 1 }, { unique: true, name: "theirs" });

/** One number is connected; the second one of the same owner meets somebody else's index. */
async function secondNumber() {
  await theirs();
  const userId = newUser();
  await finish(await startedSession(service, { userId })).expect(200);
  return startedSession(service, { userId });
}

describe("a unique index of somebody else", () => {
  test("is named in the answer and the log, and the taken session keeps what it has", async () => {
    const session = await secondNumber();
    const answer = await finish(session).set("X-Request-Id", "second");
    expect(problemIn(answer)).toBe("503 database_index_conflict theirs");
    expect(service.log).toContainEqual(
      expect.objectContaining({
        requestId: "second",
        level: "error",
        code: "database_index_conflict",
        index: "theirs",
      }),
    );
    expect(await storedSession(service, session.sessionId)).toMatchObject({
      status: "completed",
      callback: { phoneNumber: session.phoneNumber },
      proof: { by: "twilio" },
      awaitsIntegrationSince: new Date(clock.now().getTime() + TEN_MINUTES_MS),
    });
    expect(problemIn(await finish(session))).toBe("503 database_index_conflict theirs");
  });

  test("sends a browser to the failure URL with the code", async () => {
    const { visitor, values } = await secondNumber();
    const { headers } = await visitor.callback(values).expect(303);
    expect(headers.location).toContain("code=database_index_conflict");
  });

  test("gone, lets a repeat complete", async () => {
    const session = await secondNumber();
    await finish(session).expect(503);
    await integrations(service).dropIndex("theirs");
    const { body } = await finish(session).expect(200);
    const { integrationId } = await storedSession(service, session.sessionId);
    expect(body).toMatchObject({ integrationId, status: "pending" });
  });

  test("is tried against every ten minutes, and gone, the service goes on by itself", async () => {
    const session = await secondNumber();
    const { sessionId } = session;
    await finish(session).expect(503);
    await service.restart({ WORKER_ENABLED: "true" });
    const tries = () =>
      service.log.filter(
        (line) =>
          line.sessionId === sessionId && line.message === "A taken session stays unsettled",
      );
    const put = async () => (await storedSession(service, sessionId)).awaitsIntegrationSince;
    // The first sweep of the start has nothing to do yet.
    await service.restart({ WORKER_ENABLED: "true" });
    expect(tries()).toEqual([]);
    const first = await put();
    clock.advance(TEN_MINUTES_MS + 5_000);
    await service.restart({ WORKER_ENABLED: "true" });
    await eventually(put, (at) => at?.getTime() !== first?.getTime());
    // The session is put off before the line about it is written.
    await eventually(
      () => Promise.resolve(tries()),
      (lines) => lines.length > 0,
    );
    expect(tries()).toEqual([
      expect.objectContaining({
        level: "error",
        code: "database_index_conflict",
        index: "theirs",
      }),
    ]);
    await integrations(service).dropIndex("theirs");
    clock.advance(TEN_MINUTES_MS + 5_000);
    await service.restart({ WORKER_ENABLED: "true" });
    await eventually(
      () => storedSession(service, sessionId),
      ({ integrationId }) => integrationId !== undefined,
    );
  });

  test("is warned of at the start, which goes on", async () => {
    await theirs();
    await service.restart();
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "config_warning",
        level: "warn",
        code: "database_index_conflict",
        collection: "integrations",
        index: "theirs",
      }),
    );
  });

  test("on the sessions is named, too", async () => {
    const connection = service.database.connection;
    const indexed = connection.collection("signup_sessions");
    await indexed.createIndex({ userId: 1 }, { unique: true, name: "one_each" });
    const authorization = await service.bearer(newUser());
    const create = () =>
      service.http.post("/whatsapp/create-signup-session").set({ authorization }).send({});
    await create().expect(201);
    expect(problemIn(await create())).toBe("503 database_index_conflict one_each");
  });

  test("on what counts requests is named, too", async () => {
    const counted = service.database.connection.collection("rate_limits");
    await counted.createIndex({ count: 1 }, { unique: true, name: "by_count" });
    const create = async () =>
      service.http
        .post("/whatsapp/create-signup-session")
        .set("Authorization", await service.bearer(newUser()))
        .send({});
    await create();
    expect(problemIn(await create())).toBe("503 database_index_conflict by_count");
  });
});

describe("a unique index of somebody else on what a registration writes", () => {
  test.each([
    ["twilio_subaccounts", "createdBy"],
    ["number_holds", "userId"],
  ])("%s is shown on it, and it goes on when that is gone", async (collection, field) => {
    await service.close();
    service = await startTestService();
    const { connection } = service.database;
    const indexed = connection.collection(collection);
    await indexed.createIndex({ [field]: 1 }, { unique: true, name: "by_whom" });
    const first = { userId: newUser(), phoneNumber: newNumber() };
    const { integrationId: one } = await completeSignup(service, first);
    await untilStatus(service, one, "linked", first.userId);
    const second = { ...first, phoneNumber: newNumber(), wabaId: "222333444555666" };
    const { integrationId: two } = await completeSignup(service, second);
    const shown = await eventually(
      () => getIntegration(service, two, second.userId),
      ({ registration }) => registration.error !== null,
    );
    expect(shown).toMatchObject({
      status: "pending",
      registration: {
        error: {
          code: "database_index_conflict",
          actor: "operator",
          providerCode: "by_whom",
        },
      },
    });
    const { nextAttemptAt } = shown.registration;
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThan(Date.now() + TEN_MINUTES_MS - 60_000);
    await indexed.dropIndex("by_whom");
    await service.http
      .post(`/whatsapp/integrations/${two}/retry`)
      .set("Authorization", await service.bearer(second.userId))
      .send({})
      .expect(202);
    await untilStatus(service, two, "linked", second.userId);
  });
});

/** The names of the unique indexes on the key of a number, whoever made them. */
async function uniqueOnKey(): Promise<(string | undefined)[]> {
  const unique = (await integrations(service).indexes()).filter((index) => index.unique);
  return unique.filter(({ key }) => "externalId" in key).map(({ name }) => name);
}

describe("a unique index on our keys", () => {
  test.each([
    ["an equal one", { partialFilterExpression: { provider: "whatsapp" } }],
    ["a wider one", {}],
    ["one of what is a text", { partialFilterExpression: { externalId: { $type: "string" } } }],
  ])("serves under any name: %s", async (_what, options) => {
    await service.stopService();
    await integrations(service).drop();
    await integrations(service).createIndex(KEY, { unique: true, name: "by_whomever", ...options });
    const before = service.log.length;
    await service.restart();
    expect(await uniqueOnKey()).toEqual(["by_whomever"]);
    const warned = service.log.slice(before).filter(({ event }) => event === "config_warning");
    expect(warned.filter(({ code }) => code === "database_index_conflict")).toEqual([]);
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const started = await Promise.all([
      startedSession(service, { userId, phoneNumber }),
      startedSession(service, { userId, phoneNumber }),
    ]);
    await Promise.all(started.map((session) => finish(session).expect(200)));
    expect(await integrations(service).find({ userId }).toArray()).toHaveLength(1);
  });

  test("that leaves some of ours out does not serve", async () => {
    await service.stopService();
    await integrations(service).drop();
    const partialFilterExpression = { status: "linked" };
    await integrations(service).createIndex(KEY, {
      unique: true,
      name: "linked_ones",
      partialFilterExpression,
    });
    await service.restart();
    expect(new Set(await uniqueOnKey())).toEqual(new Set(["linked_ones", "whatsapp_owner_number"]));
  });
});
