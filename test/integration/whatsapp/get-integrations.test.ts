import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import { lineOf } from "../../../src/phone-number.ts";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { issuesIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { integrations, startedSession } from "./callback.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function list(userId: string, query: Record<string, string | number> = {}) {
  return service.http
    .get("/whatsapp/integrations")
    .query(query)
    .set("Authorization", await service.bearer(userId));
}

interface Page {
  success: boolean;
  integrations: { id: string; externalId: string; status: string }[];
  nextCursor: string | null;
}
const page = async (userId: string, query: Record<string, string | number> = {}) =>
  (await list(userId, query)).body as Page;

/** One integration made by a callback, and copies of it that differ in number, age and status. */
async function manyOf(userId: string, count: number) {
  const session = await startedSession(service, { userId });
  await session.visitor.postCallback(session.values).expect(200);
  const first = await integrations(service).findOne({ userId });
  const start = Date.now() - 1_000_000;
  const statuses = ["pending", "linked", "error", "disconnected"];
  const numbers = Array.from({ length: count - 1 }, () => newNumber());
  const copies = numbers.map((externalId, i) => ({
    ...first,
    _id: new Types.ObjectId(),
    externalId,
    registration: { ...(first?.registration as object), line: lineOf(externalId) },
    status: statuses[i % 4],
    // Pairs of the same moment, which only their ids tell apart.
    createdAt: new Date(start + Math.floor(i / 2) * 1_000),
  }));
  if (copies.length > 0) await integrations(service).insertMany(copies);
  const all = [...copies, { ...first, createdAt: first?.createdAt as Date }];
  return all
    .toSorted(
      (a, b) =>
        b.createdAt.getTime() - a.createdAt.getTime() || String(b._id).localeCompare(String(a._id)),
    )
    .map(({ _id }) => String(_id));
}

describe("GET /whatsapp/integrations", () => {
  test("is an empty list for an owner without any", async () => {
    const response = await list(newUser());
    expect(response.status).toBe(200);
    expect(response.body).toEqual({ success: true, integrations: [], nextCursor: null });
  });

  test("shows each as its own address does", async () => {
    const userId = newUser();
    const [id] = await manyOf(userId, 1);
    const one = await service.http
      .get(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId));
    const response = await list(userId);
    expect(response.body).toEqual({ success: true, integrations: [one.body], nextCursor: null });
  });

  test("shows an owner's own and no other's, nor another provider's", async () => {
    const [userId, other] = [newUser(), newUser()];
    const [mine] = await manyOf(userId, 1);
    await manyOf(other, 3);
    await integrations(service).insertOne({
      userId,
      provider: "telegram",
      externalId: newNumber(),
      createdAt: new Date(),
    });
    const { integrations: shown } = await page(userId);
    expect(shown.map(({ id }) => id)).toEqual([mine]);
  });

  test("goes through all of them, newest first, each once, whatever the page's size", async () => {
    const userId = newUser();
    const expected = await manyOf(userId, 25);
    for (const limit of [1, 4, 24, 25, 26, 100]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      let pages = 0;
      while (cursor !== null) {
        const query: Record<string, string | number> =
          cursor === "" ? { limit } : { limit, cursor };
        const { integrations: shown, nextCursor } = await page(userId, query);
        expect(shown.length).toBeLessThanOrEqual(limit);
        seen.push(...shown.map(({ id }) => id));
        cursor = nextCursor;
        pages += 1;
      }
      expect(seen).toEqual(expected);
      expect(pages).toBe(Math.ceil(25 / limit));
    }
  });

  test("keeps its place when new ones come in between", async () => {
    const userId = newUser();
    const expected = await manyOf(userId, 4);
    const { nextCursor } = await page(userId, { limit: 2 });
    const session = await startedSession(service, { userId });
    await session.visitor.postCallback(session.values).expect(200);
    const rest = await page(userId, { cursor: nextCursor ?? "" });
    expect(rest.integrations.map(({ id }) => id)).toEqual(expected.slice(2));
  });

  test("shows twenty unless asked for more", async () => {
    const userId = newUser();
    await manyOf(userId, 22);
    expect((await page(userId)).integrations).toHaveLength(20);
    expect((await page(userId, { limit: 22 })).integrations).toHaveLength(22);
  });

  test.each(["pending", "linked", "error", "disconnected"])(
    "shows those that are %s, also over pages",
    async (status) => {
      const userId = newUser();
      await manyOf(userId, 13);
      const first = await page(userId, { status, limit: 2 });
      const second = await page(userId, { status, limit: 2, cursor: first.nextCursor ?? "" });
      const shown = [...first.integrations, ...second.integrations];
      expect(shown.length).toBeGreaterThanOrEqual(3);
      expect(new Set(shown.map((one) => one.status))).toEqual(new Set([status]));
      expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
    },
  );

  test("gives another owner nothing for a cursor", async () => {
    const userId = newUser();
    await manyOf(userId, 3);
    const { nextCursor } = await page(userId, { limit: 1 });
    const stranger = await page(newUser(), { cursor: nextCursor ?? "" });
    expect(stranger).toEqual({ success: true, integrations: [], nextCursor: null });
  });

  test.each([
    ["limit=0", "limit too_small"],
    ["limit=-1", "limit too_small"],
    ["limit=101", "limit too_big"],
    ["limit=1.5", "limit invalid_type"],
    ["limit=ten", "limit invalid_type"],
    ["limit=", "limit too_small"],
    ["limit=1&limit=2", "limit invalid_type"],
    ["status=online", "status invalid_value"],
    ["status=", "status invalid_value"],
    ["status=linked&status=error", "status invalid_value"],
    ["status[$ne]=linked", "unrecognized_keys"],
    ["cursor=", "cursor too_small"],
    ["cursor=abc", "cursor unknown"],
    ["cursor=a&cursor=b", "cursor invalid_type"],
    [`cursor=${"a".repeat(129)}`, "cursor too_big"],
    [`cursor=${Buffer.from("1_x").toString("base64url")}`, "cursor unknown"],
    ["userId=somebody", "unrecognized_keys"],
    ["page=2", "unrecognized_keys"],
  ])("refuses ?%s", async (query, issues) => {
    const response = await service.http
      .get(`/whatsapp/integrations?${query}`)
      .set("Authorization", await service.bearer());
    expect(issuesIn(response)).toBe(`400 invalid_request: ${issues}`);
  });

  test("changes nothing", async () => {
    const userId = newUser();
    await manyOf(userId, 3);
    const before = await dump(service.database);
    await page(userId, { limit: 1 });
    expect(await dump(service.database)).toEqual(before);
  });
});
