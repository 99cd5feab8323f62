import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import {
  dyingProcess,
  integrations,
  sessions,
  startedSession,
  storedSession,
} from "../whatsapp/callback.ts";
import { finish } from "../whatsapp/integration.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const provider = "whatsapp";
const all = (filter: Record<string, unknown>) => integrations(service).find(filter).toArray();
const indexOfOwnerNumber = async () =>
  (await integrations(service).indexes()).find(({ name }) => name === "whatsapp_owner_number");

/** Of this provider, but nothing that this service has written. */
const ODD_REGISTRATIONS: [string, Record<string, unknown>][] = [
  ["no registration", {}],
  ["null", { registration: null }],
  ["a text", { registration: "done" }],
  ["a list", { registration: [{ generation: 1, queue: "registration", dueAt: new Date(0) }] }],
  ["no generation", { registration: { step: "online", queue: "check", dueAt: new Date(0) } }],
  ["a generation as text", { registration: { generation: "1", updatedAt: new Date() } }],
  ["a list of generations", { registration: { generation: [1] } }],
];

describe("the start on a collection of others", () => {
  beforeEach(async () => {
    await service.stopService();
    await integrations(service).drop();
  });

  test("makes a unique index for this provider's documents alone", async () => {
    await service.restart();
    expect(await indexOfOwnerNumber()).toMatchObject({
      key: { userId: 1, provider: 1, externalId: 1 },
      unique: true,
      partialFilterExpression: { provider },
    });
    const document = { userId: "u", provider, externalId: "+1", registration: { generation: 1 } };
    await integrations(service).insertOne({ ...document });
    await expect(integrations(service).insertOne({ ...document })).rejects.toThrow(
      /E11000.+whatsapp_owner_number/,
    );
  });

  test("is not stopped by documents without our keys, and stops no further ones", async () => {
    const foreign = [{}, {}, { provider: "telegram" }, { provider: "telegram" }];
    const older = [{ provider }, { provider }, { provider, userId: "u", externalId: null }];
    await integrations(service).insertMany([...foreign, ...older]);
    await service.restart();
    await integrations(service).insertMany(
      [...foreign, ...older].map((document) => ({ ...document, _id: new Types.ObjectId() })),
    );
    expect(await indexOfOwnerNumber()).toBeDefined();
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "config_warning",
        code: "older_documents",
        level: "warn",
        count: 3,
        message: expect.stringContaining("import-legacy"),
      }),
    );
  });

  test("is not stopped by older documents of one key: then the index holds ours alone", async () => {
    const key = { userId: "u", provider, externalId: "+5511980000001" };
    await integrations(service).insertMany([{ ...key }, { ...key, status: "error" }]);
    await service.restart();
    expect(await indexOfOwnerNumber()).toMatchObject({
      unique: true,
      partialFilterExpression: { provider, "registration.generation": { $type: "number" } },
    });
    const document = { ...key, registration: { generation: 1 } };
    await integrations(service).insertOne({ ...document });
    await expect(integrations(service).insertOne({ ...document })).rejects.toThrow("E11000");
    // The index is made, so the next start needs nothing.
    await service.restart();
    expect(await all({ provider })).toHaveLength(3);
  });

  test("says nothing where there are none", async () => {
    const before = service.log.length;
    await service.restart();
    expect(service.log.slice(before).filter(({ code }) => code === "older_documents")).toEqual([]);
  });
});

describe("documents of this provider that are not ours", () => {
  test.each(ODD_REGISTRATIONS)("with %s are neither shown nor changed", async (_what, odd) => {
    const [userId, externalId] = [newUser(), newNumber()];
    const document = { _id: new Types.ObjectId(), userId, provider, externalId, status: "linked" };
    await integrations(service).insertOne({ ...document, ...odd });
    const authorization = await service.bearer(userId);
    const list = await service.http.get("/whatsapp/integrations").set({ authorization });
    expect(list.body).toEqual({ success: true, integrations: [], nextCursor: null });
    const path = `/whatsapp/integrations/${String(document._id)}`;
    for (const answer of [
      await service.http.get(path).set({ authorization }),
      await service.http.delete(path).set({ authorization }),
      await service.http.post(`${path}/retry`).set({ authorization }).send({}),
      await service.http
        .post(`${path}/verification`)
        .set({ authorization })
        .send({ code: "123456" }),
    ])
      expect(problemIn(answer)).toBe("404 integration_unknown");
    expect(await all({ userId })).toEqual([{ ...document, ...odd }]);
  });

  test("do not hold up the registration of that number by another owner", async () => {
    await service.restart({ WORKER_ENABLED: "true" });
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const older = ODD_REGISTRATIONS.map(([, odd]) => ({
      userId: newUser(),
      provider,
      externalId: plan.phoneNumber,
      meta: { wabaId: plan.wabaId },
      ...odd,
    }));
    await integrations(service).insertMany(older);
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", plan.userId);
    const authorization = await service.bearer(plan.userId);
    await service.http.delete(`/whatsapp/integrations/${integrationId}`).set({ authorization });
    await untilStatus(service, integrationId, "disconnected", plan.userId);
    const { log } = service;
    expect(log.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    const untouched = await all({ externalId: plan.phoneNumber, userId: { $ne: plan.userId } });
    expect(untouched).toEqual(older);
    await service.restart();
  });
});

describe("a callback for the key of one", () => {
  test.each(ODD_REGISTRATIONS)("with %s takes it over", async (_what, odd) => {
    const session = await startedSession(service);
    const { userId, phoneNumber, values } = session;
    const createdAt = new Date("2025-03-04T05:06:07Z");
    const _id = new Types.ObjectId();
    await integrations(service).insertOne({
      _id,
      ...{ userId, provider, externalId: phoneNumber, status: "error", createdAt },
      meta: { accessToken: "old", wabaId: "1" },
      label: "Recepção",
      tags: ["a", "b"],
      __v: 3,
      ...odd,
    });
    const { body } = await finish(session).expect(200);
    expect(body).toMatchObject({ integrationId: String(_id) });
    const [one, ...others] = await all({ userId });
    expect(others).toEqual([]);
    expect(one).toEqual({
      _id,
      ...{ userId, provider, externalId: phoneNumber, status: "pending", createdAt },
      updatedAt: expect.any(Date),
      meta: {
        wabaId: values.WhatsAppBusinessAccountId,
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "sms_capable",
        wabaProof: "twilio",
      },
      registration: expect.objectContaining({ generation: 1, step: "subaccount" }),
      label: "Recepção",
      tags: ["a", "b"],
      __v: 3,
    });
    const again = await finish(session).expect(200);
    expect(again.body).toEqual(body);
    const list = await service.http
      .get("/whatsapp/integrations")
      .set("Authorization", await service.bearer(userId));
    expect(list.body).toMatchObject({ integrations: [{ id: String(_id), status: "pending" }] });
  });

  test.each([
    ["a text", "2025"],
    ["missing", undefined],
    ["null", null],
  ])("gives it a time of creation where that is %s", async (_what, createdAt) => {
    const session = await startedSession(service);
    const { userId, phoneNumber } = session;
    await integrations(service).insertOne({
      ...{ userId, provider, externalId: phoneNumber },
      ...(createdAt === undefined ? {} : { createdAt }),
    });
    await finish(session).expect(200);
    expect(await all({ userId })).toEqual([
      expect.objectContaining({ createdAt: expect.any(Date), status: "pending" }),
    ]);
  });

  test("takes over one, however many callbacks come at once", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    await integrations(service).insertOne({ userId, provider, externalId: phoneNumber, old: 1 });
    const started = await Promise.all(
      Array.from({ length: 5 }, () => startedSession(service, { userId, phoneNumber })),
    );
    const answers = await Promise.all(started.map((session) => finish(session)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await all({ userId })).toEqual([expect.objectContaining({ old: 1 })]);
  });

  test("that says linked is refused before the session is taken, for the operator", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber, sessionId } = session;
    const document = {
      userId,
      provider,
      externalId: phoneNumber,
      status: "linked",
      meta: { a: 1 },
    };
    const { insertedId: _id } = await integrations(service).insertOne({ ...document });
    const answer = await finish(session);
    expect(problemIn(answer)).toBe("409 number_already_linked operator");
    expect((answer.body as { action: string }).action).toContain("import-legacy");
    expect(await all({ userId })).toEqual([{ _id, ...document }]);
    expect((await storedSession(service, sessionId)).status).toBe("opened");
    await integrations(service).updateOne({ _id }, { $set: { status: "disconnected" } });
    await finish(session).expect(200);
  });

  test("that says linked only after the session was taken gives the session back", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber, sessionId, values } = session;
    await dyingProcess(service)(session, values.WhatsAppBusinessAccountId);
    await integrations(service).insertOne({
      ...{ userId, provider, externalId: phoneNumber, status: "linked" },
    });
    await sessions(service).updateOne(
      { _id: sessionId },
      { $set: { awaitsIntegrationSince: new Date(Date.now() - 5_100) } },
    );
    await service.restart({ WORKER_ENABLED: "true" });
    await eventually(
      () => storedSession(service, sessionId),
      ({ status }) => status === "failed",
    );
    await service.restart();
    expect(await all({ userId })).toHaveLength(1);
  });
});
