import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import {
  ACCOUNTS,
  creation,
  numberPath,
  numbersPath,
  PARENT,
  SENDERS,
  SENDERS_LIST,
  startTestSimulator,
  TestClock,
  TwilioCaller,
} from "../../contract/twilio-caller.ts";

const CREATE = { operation: "accounts.create" } as const;

const clock = new TestClock();
let simulator: Simulator;
let parent: TwilioCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ clock });
  parent = new TwilioCaller(simulator.twilioUrl);
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

const create = async (FriendlyName = "x") => parent.postForm(ACCOUNTS, { FriendlyName });
/** The parent is not counted. */
const made = () => simulator.twilio.state().accounts.length - 1;
const lastRequest = () => simulator.twilio.requests().at(-1);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a fault", () => {
  test.each<[Fault, number]>([
    [{ ...CREATE, kind: "reset" }, 0],
    [{ ...CREATE, kind: "reset", when: "after" }, 1],
  ])("%j cuts the connection", async (fault, count) => {
    simulator.twilio.addFault(fault);
    await expect(create()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(made()).toBe(count);
    expect(lastRequest()).toMatchObject({ status: null, processed: count === 1, fault });
    expect((await create()).status).toBe(201);
  });

  test.each<[Fault, number]>([
    [{ ...CREATE, kind: "hang" }, 0],
    [{ ...CREATE, kind: "hang", when: "after" }, 1],
  ])("%j keeps the caller waiting until a reset", async (fault, count) => {
    simulator.twilio.addFault(fault);
    const call = create().catch((error: unknown) => error);
    await until(() => lastRequest()?.fault !== undefined);
    const request = lastRequest();
    expect(made()).toBe(count);
    simulator.reset();
    expect(await call).toMatchObject({ message: "fetch failed" });
    expect(request).toMatchObject({ status: null, processed: count === 1 });
    expect(made()).toBe(0);
  });

  test("has its effect after a hang also where the caller has gone", async () => {
    simulator.twilio.addFault({ ...CREATE, kind: "hang", ms: 1_000 });
    const caller = new AbortController();
    const answer = fetch(`${simulator.twilioUrl}${ACCOUNTS}`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${PARENT.sid}:${PARENT.authToken}`)}` },
      signal: caller.signal,
    }).catch((error: unknown) => error);
    await until(() => lastRequest()?.fault !== undefined);
    caller.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    expect(made()).toBe(0);
    await until(() => made() === 1);
    expect(made()).toBe(1);
  });

  test("slows down", async () => {
    simulator.twilio.addFault({ ...CREATE, kind: "slow", ms: 50 });
    const startedAt = performance.now();
    expect((await create()).status).toBe(201);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  test("answers 429 with Retry-After and without an effect", async () => {
    simulator.twilio.addFault({ ...CREATE, kind: "rate_limit", retryAfterSeconds: 7 });
    const answer = await create();
    expect(answer).toMatchObject({ status: 429, body: { code: 20429 } });
    expect(answer.headers.get("Retry-After")).toBe("7");
    expect(made()).toBe(0);
  });

  test.each<[Fault, { status: number; body: object }, number]>([
    [{ ...CREATE, kind: "error" }, { status: 503, body: { code: 20503 } }, 0],
    [{ ...CREATE, kind: "error", status: 500 }, { status: 500, body: { code: 20500 } }, 0],
    [{ ...CREATE, kind: "error", when: "after" }, { status: 503, body: { code: 20503 } }, 1],
    [
      { ...CREATE, kind: "error", status: 400, code: 21234 },
      { status: 400, body: { code: 21234 } },
      0,
    ],
  ])("%j answers with an error", async (fault, expected, count) => {
    simulator.twilio.addFault(fault);
    expect(await create()).toMatchObject(expected);
    expect(made()).toBe(count);
  });

  test("answers with the code, the message and the details that are ordered", async () => {
    const ordered = { ...CREATE, kind: "error", status: 400, code: 63100 } as const;
    const details = [{ pointer: "/profile/name", detail: "is missing" }];
    simulator.twilio.addFault({ ...ordered, message: "Not valid", details });
    expect(await create()).toMatchObject({
      status: 400,
      body: {
        code: 63100,
        message: "Not valid",
        more_info: "https://www.twilio.com/docs/errors/63100",
        status: 400,
        details,
      },
    });
    simulator.twilio.addFault({ ...ordered, message: "Not valid", details, isProblem: true });
    expect((await create()).body).toEqual({
      type: "https://www.twilio.com/docs/errors/63100",
      title: "Validation error",
      status: 400,
      code: 63100,
      detail: "Not valid",
      errors: details,
    });
    expect(made()).toBe(0);
  });

  test.each<[Fault, number, number]>([
    [{ ...CREATE, kind: "malformed" }, 201, 1],
    [{ ...CREATE, kind: "malformed", when: "before" }, 200, 0],
  ])("%j answers with half a body", async (fault, status, count) => {
    simulator.twilio.addFault(fault);
    await expect(create()).rejects.toThrow(SyntaxError);
    expect(made()).toBe(count);
    expect(lastRequest()).toMatchObject({ status });
  });

  test("lets what was created be listed late, though it can be fetched", async () => {
    simulator.twilio.addFault({ ...CREATE, kind: "late_listing", ms: 5000 });
    const { body } = await create("late");
    const list = async () => (await parent.get(`${ACCOUNTS}?FriendlyName=late`)).body.accounts;
    expect((await parent.get(`/2010-04-01/Accounts/${body.sid}.json`)).status).toBe(200);
    expect(await list()).toEqual([]);
    clock.advance(4999);
    expect(await list()).toEqual([]);
    clock.advance(1);
    expect(await list()).toHaveLength(1);
  });

  test("lets a new sender be listed, a deleted one be gone, late", async () => {
    const caller = parent.as(simulator.twilio.seedAccount());
    const list = async () => (await caller.get(SENDERS_LIST)).body.senders;
    simulator.twilio.addFault({ operation: "senders.create", kind: "late_listing", ms: 5000 });
    const { body } = await caller.postJson(SENDERS, creation());
    expect((await caller.get(`${SENDERS}/${body.sid}`)).status).toBe(200);
    expect(await list()).toEqual([]);
    clock.advance(5000);
    expect(await list()).toHaveLength(1);

    simulator.twilio.addFault({ operation: "senders.delete", kind: "late_listing", ms: 5000 });
    expect((await caller.delete(`${SENDERS}/${body.sid}`)).status).toBe(204);
    expect(await list()).toHaveLength(1);
    clock.advance(5000);
    expect(await list()).toEqual([]);
    expect((await caller.get(`${SENDERS}/${body.sid}`)).status).toBe(404);
  });

  test("lets a moved number show late in the listings of both accounts", async () => {
    const sub = simulator.twilio.seedAccount();
    const number = simulator.twilio.seedNumber({ phoneNumber: "+5511987654321" });
    simulator.twilio.addFault({ operation: "numbers.update", kind: "late_listing", ms: 5000 });
    await parent.postForm(numberPath(PARENT.sid, number.sid), { AccountSid: sub.sid });
    const counts = async () => {
      const lists = await Promise.all(
        [PARENT.sid, sub.sid].map(async (sid) => parent.get(numbersPath(sid))),
      );
      return lists.map(({ body }) => (body.incoming_phone_numbers as unknown[]).length);
    };
    expect(await counts()).toEqual([1, 0]);
    clock.advance(5000);
    expect(await counts()).toEqual([0, 1]);
  });

  test("also hits before the credentials are looked at", async () => {
    simulator.twilio.addFault({ operation: "*", kind: "error" });
    expect((await parent.as(null).get(ACCOUNTS)).status).toBe(503);
  });
});
