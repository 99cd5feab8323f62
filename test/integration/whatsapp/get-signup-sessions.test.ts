import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newMobile, newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, WABA } from "../../support/signup.ts";

const CLAIMS = { exp: 4_000_000_000 };
const LINK_TTL_MS = 4_320 * 60_000;

let service: TestService;
const clock = new MovableClock(new Date("2090-05-01T10:00:00.000Z"));

beforeAll(async () => {
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

interface Page {
  sessions: { sessionId: string; status: string; reference?: string }[];
  nextCursor: string | null;
}

async function list(userId: string, query: Record<string, string | number> = {}) {
  return service.http
    .get("/whatsapp/signup-sessions")
    .query(query)
    .set("Authorization", await service.bearer(userId, CLAIMS));
}

const page = async (userId: string, query: Record<string, string | number> = {}) =>
  (await list(userId, query)).body as Page;
const ids = ({ sessions }: Page) => sessions.map(({ sessionId }) => sessionId);

async function create(userId: string, session: Record<string, unknown> = {}) {
  clock.advance(1_000);
  const { phoneNumber = newNumber(), ...others } = session;
  const plan = { userId, phoneNumber: String(phoneNumber), session: others, claims: CLAIMS };
  return { ...(await createSession(service, plan)), userId, phoneNumber };
}

/** One session of an owner in each status, the newest first. */
async function oneOfEach(userId: string) {
  const expired = await create(userId);
  clock.advance(LINK_TTL_MS);
  const revoked = await create(userId);
  await service.http
    .delete(`/whatsapp/signup-sessions/${revoked.sessionId}`)
    .set("Authorization", await service.bearer(userId, CLAIMS));
  const [opened, cancelled, failed, completed] = await inBrowsers(userId);
  const created = await create(userId);
  return { created, completed, failed, cancelled, opened, revoked, expired };
}

async function inBrowsers(userId: string) {
  const opened = await inBrowser(userId);
  const cancelled = await inBrowser(userId);
  await cancelled.visitor.report(cancelled.payload, "CANCEL");
  const failed = await inBrowser(userId);
  await failed.visitor.report(failed.payload, "ERROR");
  const completed = await inBrowser(userId);
  const { payload } = completed;
  await completed.visitor.postCallback({ payload, WhatsAppBusinessAccountId: WABA }).expect(200);
  return [opened, cancelled, failed, completed] as const;
}

async function inBrowser(userId: string) {
  const session = await create(userId);
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  return { ...session, visitor, payload };
}

describe("GET /whatsapp/signup-sessions", () => {
  test("wants a token", async () => {
    expect(problemIn(await service.http.get("/whatsapp/signup-sessions"))).toBe(
      "401 unauthenticated",
    );
  });

  test("is an empty list for an owner without any", async () => {
    const response = await list(newUser());
    expect(response.status).toBe(200);
    expect(response.body).toEqual({ success: true, sessions: [], nextCursor: null });
  });

  test("shows an owner's own sessions, newest first, and no payload", async () => {
    const [userId, other] = [newUser(), newUser()];
    const first = await create(userId, { reference: "order 7 ñ/#" });
    await create(other);
    const second = await create(userId);
    const response = await list(userId);
    expect(response.body).toEqual({
      success: true,
      sessions: [
        {
          sessionId: second.sessionId,
          status: "created",
          createdAt: clock.now().toISOString(),
          expiresAt: second.expiresAt,
          phoneNumber: second.phoneNumber,
        },
        {
          sessionId: first.sessionId,
          status: "created",
          createdAt: new Date(clock.now().getTime() - 2_000).toISOString(),
          expiresAt: first.expiresAt,
          reference: "order 7 ñ/#",
          phoneNumber: first.phoneNumber,
        },
      ],
      nextCursor: null,
    });
    expect(response.text).not.toContain(new URL(first.signupUrl).searchParams.get("payload"));
    expect(response.text).not.toContain("payload");
  });

  test("finds by status, which the clock has a say in", async () => {
    const userId = newUser();
    const sessions = await oneOfEach(userId);
    expect(ids(await page(userId))).toEqual(
      Object.values(sessions).map(({ sessionId }) => sessionId),
    );
    for (const [status, { sessionId }] of Object.entries(sessions)) {
      const found = (await page(userId, { status })).sessions;
      expect(found.map((session) => [session.sessionId, session.status])).toEqual([
        [sessionId, status],
      ]);
    }
  });

  test("finds by reference, to the letter, and by number, in any spelling of its line", async () => {
    const userId = newUser();
    const { today, before } = newMobile();
    const one = await create(userId, { reference: "A-1", phoneNumber: before });
    const two = await create(userId, { reference: "a-1", phoneNumber: today });
    await create(userId);
    expect(ids(await page(userId, { reference: "A-1" }))).toEqual([one.sessionId]);
    expect(ids(await page(userId, { phoneNumber: today }))).toEqual([two.sessionId, one.sessionId]);
    expect(ids(await page(userId, { phoneNumber: before, reference: "a-1" }))).toEqual([
      two.sessionId,
    ]);
    expect(ids(await page(newUser(), { reference: "A-1" }))).toEqual([]);
    for (const number of [today, before]) {
      expect(service.logText()).not.toContain(number.slice(1));
    }
  });

  test("gives every session once over its pages, also those of one moment", async () => {
    const userId = newUser();
    const collection = service.database.connection.collection<{ _id: string }>("signup_sessions");
    const { sessionId } = await create(userId);
    const first = await collection.findOne({ _id: sessionId });
    const createdAt = clock.now();
    const copies = Array.from({ length: 6 }, (_, i) => `wss_${String(i).padStart(24, "0")}`);
    await collection.insertMany(
      copies.map((_id) => ({ ...first, _id, createdAt, payloadHashes: [`hash ${_id} ${userId}`] })),
    );
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const next = await page(userId, { limit: 2, ...(cursor ? { cursor } : {}) });
      expect(next.sessions.length).toBeLessThanOrEqual(2);
      seen.push(...ids(next));
      cursor = next.nextCursor;
    } while (cursor);
    expect(seen).toEqual([sessionId, ...copies].toSorted().toReversed());
  });

  test.each([
    [{ status: "open" }, "status invalid_value"],
    [{ limit: 0 }, "limit too_small"],
    [{ limit: 101 }, "limit too_big"],
    [{ limit: "many" }, "limit invalid_type"],
    [{ phoneNumber: "12" }, "phoneNumber custom"],
    [{ reference: "" }, "reference too_small"],
    [{ userId: "somebody" }, "unrecognized_keys"],
    [{ cursor: "nonsense" }, "cursor unknown"],
    [
      { cursor: Buffer.from("12_0123456789abcdef01234567").toString("base64url") },
      "cursor unknown",
    ],
  ])("refuses %j", async (query, issue) => {
    expect(issuesIn(await list(newUser(), query))).toBe(`400 invalid_request: ${issue}`);
  });
});
