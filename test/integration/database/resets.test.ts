import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Response } from "supertest";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { integrations, startedSession, storedSession } from "../whatsapp/callback.ts";
import { finish } from "../whatsapp/integration.ts";
import { APP_SECRET, operationsOf, popupDone } from "../whatsapp/popup.ts";
import { openTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

let service: TestService;
let proxy: TcpProxy;
const through = () => {
  const uri = new URL(service.database.uri);
  uri.port = String(proxy.port);
  uri.searchParams.set("directConnection", "true");
  return { MONGODB_URI: uri.href };
};
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
  proxy = await openTcpProxy(service.database.uri);
  await service.restart(through());
});
afterEach(() => proxy.reset("", 0));
afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** How MongoDB's commands name themselves on the wire. */
const UPDATE = "\x02update\0";
const INSERT = "\x02insert\0";
const FIND = "\x02find\0";

const HTML = { Accept: "text/html" };
const STREAM = { Accept: "text/event-stream" };

const errorsSince = (from: number) =>
  service.log.slice(from).filter(({ code }) => code === "internal_error");

describe("a connection that breaks in the middle of a callback", () => {
  test.each([
    ["its taking was stored", UPDATE, "answered"],
    ["its taking was sent", UPDATE, "asked"],
    ["its integration was stored", INSERT, "answered"],
    ["its integration was sent", INSERT, "asked"],
    ["a look was answered", FIND, "answered"],
  ] as const)("after %s is looked at again, and the answer is the usual one", async (...row) => {
    const [, command, when] = row;
    const session = await startedSession(service, { wabaId: newWaba() });
    proxy.reset(command, 1, when);
    const { body } = await finish(session).expect(200);
    expect(proxy.resetsLeft()).toBe(0);
    const found = await integrations(service).find({ userId: session.userId }).toArray();
    expect(found).toEqual([
      expect.objectContaining({ registration: expect.objectContaining({ generation: 1 }) }),
    ]);
    expect(body).toMatchObject({ integrationId: String(found[0]?._id) });
  });

  test("twelve at once: none is an internal error, nothing is lost and nothing is doubled", async () => {
    const started = await Promise.all(
      Array.from({ length: 12 }, () => startedSession(service, { wabaId: newWaba() })),
    );
    const from = service.log.length;
    proxy.reset(UPDATE, 12);
    const answers = await Promise.all(started.map((session) => finish(session)));
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(problemIn(answer)).toBe("503 database_unavailable");
      expect(answer.headers["retry-after"]).toBe("5");
    }
    proxy.reset("", 0);
    for (const session of started) {
      await finish(session).expect(200);
      const { userId, sessionId } = session;
      const found = await integrations(service).find({ userId }).toArray();
      expect(found).toHaveLength(1);
      const stored = await storedSession(service, sessionId);
      expect(stored.integrationId).toBe(String(found[0]?._id));
      const taken = stored.timeline.filter(({ event }) => event.includes("callback_received"));
      expect(taken).toHaveLength(1);
    }
    expect(errorsSince(from)).toEqual([]);
  });

  test("again and again is said to be an outage, which a repeat completes", async () => {
    const session = await startedSession(service, { wabaId: newWaba() });
    proxy.reset(UPDATE, 100, "asked");
    const answer = await finish(session);
    expect(problemIn(answer)).toBe("503 database_unavailable");
    proxy.reset("", 0);
    await finish(session).expect(200);
    expect(await integrations(service).find({ userId: session.userId }).toArray()).toHaveLength(1);
  });
});

describe("a connection that breaks in a callback that Meta has to prove", () => {
  beforeAll(() => service.restart({ ...through(), META_APP_SECRET: APP_SECRET }));
  afterAll(() => service.restart(through()));

  // The first update reserves the session, the second takes it.
  test.each([1, 2])("is no second use of Meta's code: %i resets", async (times) => {
    const { visitor, values, code, userId, sessionId } = await popupDone(service);
    const asked = service.simulator.meta.requests().length;
    proxy.reset(UPDATE, times);
    await visitor.postCallback({ ...values, code }).expect(200);
    expect(proxy.resetsLeft()).toBe(0);
    expect(await storedSession(service, sessionId)).toMatchObject({
      status: "completed",
      proof: { by: "meta" },
    });
    expect(await integrations(service).find({ userId }).toArray()).toHaveLength(1);
    const exchanges = operationsOf(service).slice(asked);
    expect(exchanges.filter((name) => name === "graph.access_token")).toHaveLength(1);
  });

  test("is no second use of it where the taking is what breaks", async () => {
    const { visitor, values, code, userId } = await popupDone(service);
    const asked = service.simulator.meta.requests().length;
    service.simulator.meta.addFault({ operation: "graph.debug_token", kind: "slow", ms: 500 });
    const answer = visitor.postCallback({ ...values, code });
    const done = answer.expect(200).then(() => true);
    await eventually(
      () => Promise.resolve(operationsOf(service).slice(asked)),
      (names) => names.includes("graph.access_token"),
    );
    proxy.reset(UPDATE, 1, "asked");
    expect(await done).toBe(true);
    expect(proxy.resetsLeft()).toBe(0);
    expect(await integrations(service).find({ userId }).toArray()).toHaveLength(1);
  });
});

describe("a connection that breaks elsewhere", () => {
  /** The driver itself reads once more, so one reset would not show. */
  async function broken(command: string, ask: () => PromiseLike<Response>): Promise<Response> {
    proxy.reset(command, 20);
    const answer = await ask();
    proxy.reset("", 0);
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "5"]);
    return answer;
  }

  test("is an outage to programs", async () => {
    const finished = await startedSession(service, { wabaId: newWaba() });
    await finish(finished).expect(200);
    const authorization = await service.bearer(finished.userId);
    const status = `/whatsapp/signup/status?session=${finished.sessionId}`;
    const { http } = service;
    const from = service.log.length;
    for (const answer of [
      await broken(FIND, () => http.get("/whatsapp/integrations").set({ authorization })),
      await broken(INSERT, () =>
        http.post("/whatsapp/create-signup-session").set({ authorization }).send({}),
      ),
      await broken(FIND, () => finished.visitor.agent.get(status)),
      await broken(FIND, () => finished.visitor.agent.get(status).set(STREAM)),
    ]) {
      expect(problemIn(answer)).toBe("503 database_unavailable");
    }
    expect(errorsSince(from)).toEqual([]);
  });

  test("is a page with a way to try again to a browser", async () => {
    const created = await createSession(service, { userId: newUser(), phoneNumber: newNumber() });
    const finished = await startedSession(service, { wabaId: newWaba() });
    await finish(finished).expect(200);
    const { pathname, search } = new URL(created.signupUrl);
    const result = `/whatsapp/signup/result?session=${finished.sessionId}`;
    const from = service.log.length;
    for (const answer of [
      await broken(FIND, () => service.visitor().agent.get(`${pathname}${search}`).set(HTML)),
      await broken(FIND, () => finished.visitor.agent.get(result).set(HTML)),
    ]) {
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(answer.text).toContain("database_unavailable");
      expect(answer.text).toMatch(/href="\/whatsapp\/signup/);
    }
    expect(errorsSince(from)).toEqual([]);
  });
});

describe("a connection that breaks in a registration", () => {
  test("leaves no error behind, and the registration goes on", async () => {
    await service.restart({ ...through(), WORKER_ENABLED: "true" });
    const from = service.log.length;
    const plans = Array.from({ length: 2 }, () => ({
      userId: newUser(),
      phoneNumber: newNumber(),
      wabaId: newWaba(),
    }));
    for (const { phoneNumber } of plans) {
      service.simulator.twilio.setScenario(phoneNumber, { kind: "never" });
    }
    await Promise.all(plans.map((plan) => completeSignup(service, plan)));
    // Nobody asks the API meanwhile: its count of requests is an update too and would take a reset.
    proxy.reset(UPDATE, 3);
    await eventually(
      () => Promise.resolve(proxy.resetsLeft()),
      (left) => left === 0,
    );
    for (const { phoneNumber } of plans) {
      service.simulator.twilio.setScenario(phoneNumber, { kind: "online" });
    }
    for (const { phoneNumber } of plans) {
      await eventually(
        () => integrations(service).findOne({ externalId: phoneNumber }),
        (integration) => integration?.status === "linked",
      );
    }
    expect(errorsSince(from)).toEqual([]);
    expect(service.log.slice(from).filter(({ level }) => level === "error")).toEqual([]);
    for (const { phoneNumber } of plans) {
      const [integration] = await integrations(service).find({ externalId: phoneNumber }).toArray();
      expect(JSON.stringify(integration)).not.toContain("internal_error");
    }
    await service.restart(through());
  });
});
