import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { browserEventsOf } from "../../support/browser-events.ts";
import { dumpText } from "../../support/dump.ts";
import { startTestService, type TestService } from "../../support/service.ts";

const EVENTS = "/whatsapp/signup/events";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const { started, stored, reported, timelineOf } = browserEventsOf(() => service);

/** The data of the last report, by its names. */
async function lastData(id: string): Promise<Record<string, string>> {
  const data = (await reported(id)).at(-1)?.data ?? [];
  return Object.fromEntries(data.map(({ name, value }) => [name, value]));
}

describe("what POST /whatsapp/signup/events keeps", () => {
  test("keeps no secret, nothing nested, and no name that means something to a database", async () => {
    const { visitor, payload, sessionId } = await started();
    const secrets = Object.fromEntries(
      ["code", "access_token", "authCode", "client_secret", "Authorization", "authResponse"].map(
        (name) => [name, "canary"],
      ),
    );
    const report = {
      ...secrets,
      error_code: "131",
      nested: { code: "canary" },
      list: ["canary"],
      nothing: null,
      "$where.x": "1",
      "": "2",
      long: "a".repeat(600),
    };
    await visitor.report(payload, "X", report).expect(204);
    expect(await lastData(sessionId)).toEqual({
      error_code: "131",
      _where_x: "1",
      "": "2",
      long: "a".repeat(500),
    });
    expect(await dumpText(service.database)).not.toContain("canary");
  });

  test("keeps no more than twenty values", async () => {
    const { visitor, payload, sessionId } = await started();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    await visitor.report(payload, "X", many).expect(204);
    expect(Object.keys(await lastData(sessionId))).toHaveLength(20);
  });

  test("keeps the first ten and the newest thirty, and all of its own entries", async () => {
    const { visitor, payload, sessionId, userId } = await started();
    for (let i = 0; i < 60; i += 1) {
      await visitor.report(payload, i % 2 ? "revoked" : `E${i}`, { n: i }).expect(204);
    }
    const kept = await reported(sessionId);
    const numbers = kept.map(({ data }) => Number(data[0]?.value));
    expect(numbers).toEqual([
      ...Array.from({ length: 10 }, (_, i) => i),
      ...Array.from({ length: 30 }, (_, i) => i + 30),
    ]);
    expect((await stored(sessionId)).browserEvents?.count).toBe(60);
    const timeline = await timelineOf({ sessionId, userId });
    const own = timeline.filter(({ source }) => source === undefined).map(({ event }) => event);
    expect(own).toEqual(["signup_session_created", "signup_opened"]);
    expect(timeline.filter(({ source }) => source === "browser")).toHaveLength(40);
    const times = timeline.map(({ at }) => Date.parse(String(at)));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("keeps its own first entries however often a browser starts and gives up", async () => {
    const { visitor, payload, sessionId, userId } = await started();
    for (let i = 0; i < 65; i += 1) {
      await visitor.report(payload, "CANCEL").expect(204);
      await visitor.start(payload).expect(200);
    }
    await service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    const { timeline } = await stored(sessionId);
    expect(timeline.length).toBeLessThanOrEqual(61);
    expect(timeline[0]?.event).toBe("signup_session_created");
    expect(timeline.at(-1)?.event).toBe("released");
  });

  test("is bounded in bytes, whatever one report and many reports hold", async () => {
    const { visitor, payload, sessionId } = await started();
    const wide = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`k${i}`.padEnd(60, "k"), "☎".repeat(500)]),
    );
    for (let i = 0; i < 45; i += 1) await visitor.report(payload, "X", wide).expect(204);
    const { browserEvents } = await stored(sessionId);
    expect((await reported(sessionId))[0]?.data.length).toBeGreaterThan(0);
    expect(JSON.stringify(browserEvents).length).toBeLessThan(150_000);
    const bytes = Buffer.byteLength(JSON.stringify(browserEvents));
    expect(bytes).toBeLessThan(150_000);
  });

  const strange: [string, string][] = [
    ["_bsontype", '{"_bsontype":"ObjectId","id":"1"}'],
    ["_bsontype of a nested one", '{"x":{"_bsontype":"Binary"}}'],
    ["a number beyond all", '{"n":1e999,"m":-1e999}'],
    ["a number with ten thousand digits", `{"n":${"9".repeat(10_000)}}`],
    ["operators", '{"$set":"1","$where":"1","a.b.c":"1"}'],
    ["names that change what an object is", '{"__proto__":"1","constructor":"2","toBSON":"3"}'],
    ["a zero byte and half a character", '{"a\\u0000b":"c\\u0000d","e":"\\ud800"}'],
    ["fifteen thousand levels", `{"x":${"[".repeat(15_000)}${"]".repeat(15_000)}}`],
  ];
  test.each(strange)("survives %s", async (_what, data) => {
    const { visitor, payload, sessionId, userId } = await started();
    await visitor.agent
      .post(EVENTS)
      .set("Origin", service.url)
      .set("Content-Type", "application/json")
      .send(`{"payload":"${payload}","event":"X","data":${data}}`)
      .expect(204);
    expect((await timelineOf({ sessionId, userId })).at(-1)).toMatchObject({
      event: "X",
      source: "browser",
    });
    expect((await reported(sessionId)).length).toBe(1);
  });

  test("keeps strange names as plain texts", async () => {
    const { visitor, payload, sessionId } = await started();
    await visitor
      .report(payload, "X", { _bsontype: "ObjectId", "$a.b": "1", constructor: "2" })
      .expect(204);
    expect(await lastData(sessionId)).toEqual({
      _bsontype: "ObjectId",
      _a_b: "1",
      constructor: "2",
    });
  });
});
