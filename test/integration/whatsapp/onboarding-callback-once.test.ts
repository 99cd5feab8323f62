import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { newNumber, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import {
  dyingProcess,
  integrations,
  sessions,
  startedSession,
  storedSession,
  type Started,
} from "./callback.ts";

let service: TestService;
let takeAndDie: ReturnType<typeof dyingProcess>;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
  takeAndDie = dyingProcess(service);
});
afterAll(() => service.close());

interface Accepted {
  integrationId: string;
  redirectUrl: string;
}

const ofOwner = ({ userId }: Started) => integrations(service).find({ userId }).toArray();

describe("parallel callbacks", () => {
  test("a hundred of the same values make one integration and get one answer", async () => {
    const session = await startedSession(service);
    const { visitor, values, userId, sessionId } = session;
    const bearer = await service.bearer(userId);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => {
        if (i % 3 === 0) return visitor.callback(values);
        const request = visitor.postCallback(values);
        return i % 3 === 1 ? request : request.set("Authorization", bearer);
      }),
    );
    const addresses = answers.map(({ status, headers, body }) =>
      status === 303 ? headers.location : (body as Accepted).redirectUrl,
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 3 ? 200 : 303)));
    expect(new Set(addresses).size).toBe(1);
    const found = await ofOwner(session);
    expect(found).toEqual([
      expect.objectContaining({
        status: "pending",
        registration: expect.objectContaining({
          generation: 1,
          history: [expect.objectContaining({ event: "onboarding_callback_received" })],
        }),
      }),
    ]);
    expect(addresses[0]).toContain(`integrationId=${String(found[0]?._id)}`);
    const { timeline } = await storedSession(service, sessionId);
    expect(timeline.filter(({ event }) => event === "onboarding_callback_received")).toHaveLength(
      1,
    );
  });

  test("of different values: one set wins, the others are told that the session is used", async () => {
    const session = await startedSession(service);
    const wabas = Array.from({ length: 30 }, newWaba);
    const answers = await Promise.all(
      wabas.map((WhatsAppBusinessAccountId) =>
        session.visitor.postCallback({ ...session.values, WhatsAppBusinessAccountId }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map((response) => problemIn(response))).toEqual(
      Array.from({ length: 29 }, () => "409 session_used"),
    );
    const winner = wabas[answers.findIndex(({ status }) => status === 200)];
    const found = await ofOwner(session);
    expect(found.map(({ meta }) => (meta as { wabaId: string }).wabaId)).toEqual([winner]);
  });
});

describe("a repeated callback", () => {
  test("gets the same answer byte for byte and changes nothing", async () => {
    const { visitor, values, phoneNumber } = await startedSession(service);
    const first = await visitor.postCallback(values);
    const before = await dump(service.database);
    const repeats = [
      await visitor.postCallback(values),
      await visitor.postCallback({ ...values, code: "another code" }),
      await visitor.postCallback({ ...values, TwilioNumber: `whatsapp:${phoneNumber}` }),
      await visitor.postCallback({ ...values, displayName: "Panadería Sol" }),
      await visitor.postCallback({ ...values, displayName: "Luna" }),
    ];
    for (const repeat of repeats) expect([repeat.status, repeat.text]).toEqual([200, first.text]);
    const redirected = await visitor.callback(values);
    expect(redirected.headers.location).toBe((first.body as Accepted).redirectUrl);
    expect(await dump(service.database)).toEqual(before);
  });

  test("says pending also when the integration is something else by then", async () => {
    const session = await startedSession(service);
    const first = await session.visitor.postCallback(session.values);
    await integrations(service).updateOne(
      { userId: session.userId },
      { $set: { status: "error", "meta.senderId": "XE1" } },
    );
    const again = await session.visitor.postCallback(session.values);
    expect(again.text).toBe(first.text);
    expect(await ofOwner(session)).toEqual([expect.objectContaining({ status: "error" })]);
  });

  test.each([
    ["another number", { TwilioNumber: newNumber() }],
    ["another WABA", { WhatsAppBusinessAccountId: "999888777666" }],
    ["another business", { FacebookBusinessId: "98765" }],
    ["another subaccount", { SubaccountSid: `AC${"1".repeat(32)}` }],
    ["another number at Meta", { phoneNumberId: "123456" }],
  ])("with %s finds the session used", async (_what, over) => {
    const { visitor, values } = await startedSession(service);
    await visitor.postCallback(values).expect(200);
    const before = await dump(service.database);
    expect(problemIn(await visitor.postCallback({ ...values, ...over }))).toBe("409 session_used");
    expect(await dump(service.database)).toEqual(before);
  });

  test("with another name finds the session used where the callback brought the name", async () => {
    const session = { displayName: undefined };
    const { visitor, values } = await startedSession(service, { session });
    await visitor.postCallback({ ...values, displayName: "Sol" }).expect(200);
    const named = await visitor.postCallback({ ...values, displayName: "Luna" });
    expect(problemIn(named)).toBe("409 session_used");
    expect((await visitor.postCallback({ ...values, displayName: "Sol" })).status).toBe(200);
  });

  test("with a failure after a success finds the session used", async () => {
    const { visitor, values, payload } = await startedSession(service);
    await visitor.postCallback(values).expect(200);
    const before = await dump(service.database);
    const failure = await visitor.postCallback({ payload, error: "access_denied" });
    expect(problemIn(failure)).toBe("409 session_used");
    expect(await dump(service.database)).toEqual(before);
  });
});

describe("a process that dies between the taking and the integration", () => {
  test("is made good by a repeat", async () => {
    const session = await startedSession(service);
    await takeAndDie(session, session.values.WhatsAppBusinessAccountId);
    expect(await ofOwner(session)).toEqual([]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => session.visitor.postCallback(session.values)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const [integration, ...others] = await ofOwner(session);
    expect(others).toEqual([]);
    const stored = await storedSession(service, session.sessionId);
    expect(stored.integrationId).toBe(String(integration?._id));
    expect(stored).not.toHaveProperty("awaitsIntegrationSince");
  });

  test("is made good by a repeat with other values never", async () => {
    const session = await startedSession(service);
    await takeAndDie(session, newWaba());
    const response = await session.visitor.postCallback(session.values);
    expect(problemIn(response)).toBe("409 session_used");
    expect(await ofOwner(session)).toEqual([]);
  });

  test("is made good by the sweep, not before 5 s have passed", async () => {
    const [young, old] = [await startedSession(service), await startedSession(service)];
    const wabaId = young.values.WhatsAppBusinessAccountId;
    await takeAndDie(young, wabaId);
    await takeAndDie(old, wabaId);
    await sessions(service).updateOne(
      { _id: old.sessionId },
      { $set: { awaitsIntegrationSince: new Date(Date.now() - 5_100) } },
    );
    await service.restart({ WORKER_ENABLED: "true" });
    await eventually(
      () => storedSession(service, old.sessionId),
      (session) => session.integrationId !== undefined,
    );
    // The stop waits for the sweep's end.
    await service.restart();
    expect(await ofOwner(old)).toHaveLength(1);
    expect(await ofOwner(young)).toEqual([]);
    const logged = service.log.find(
      (line) => line.event === "integration_upserted" && line.sessionId === old.sessionId,
    );
    expect(logged).toMatchObject({ userId: old.userId, outcome: "created" });
    const { body } = await old.visitor.postCallback(old.values);
    const { integrationId } = await storedSession(service, old.sessionId);
    expect(body).toMatchObject({ integrationId });
  });

  test("or before it is noted on the session, leaves the integration as it is", async () => {
    const session = await startedSession(service);
    const first = await session.visitor.postCallback(session.values);
    const before = await ofOwner(session);
    await sessions(service).updateOne(
      { _id: session.sessionId },
      { $unset: { integrationId: 1 }, $set: { awaitsIntegrationSince: new Date() } },
    );
    const again = await session.visitor.postCallback(session.values);
    expect(again.text).toBe(first.text);
    expect(await ofOwner(session)).toEqual(before);
  });
});

describe("the answer", () => {
  test("comes before Twilio is asked for anything", async () => {
    service.simulator.reset();
    const session = await startedSession(service);
    await session.visitor.postCallback(session.values).expect(200);
    expect(service.simulator.twilio.requests()).toEqual([]);
    service.simulator.twilio.addFault({ operation: "*", kind: "hang", times: 1_000 });
    await service.restart({ WORKER_ENABLED: "true" });
    // The registration begins all the same, and hangs.
    await eventually(
      () => Promise.resolve(service.simulator.twilio.requests()),
      (requests) => requests.length > 0,
    );
    service.simulator.reset();
    await service.restart();
  });

  test("does not wait for Meta where no secret is configured", async () => {
    service.simulator.meta.addFault({ operation: "graph.*", kind: "hang", times: 10 });
    const session = await startedSession(service);
    await session.visitor.postCallback({ ...session.values, code: "AQcode" }).expect(200);
    expect(service.simulator.meta.requests()).toEqual([]);
    service.simulator.reset();
  });

  test("to a browser that went away leaves the integration all the same", async () => {
    const session = await startedSession(service);
    const gone = session.visitor.callback(session.values);
    gone.end(() => undefined);
    await sleep(1);
    gone.abort();
    await session.visitor.callback(session.values).expect(303);
    expect(await ofOwner(session)).toHaveLength(1);
  });
});
