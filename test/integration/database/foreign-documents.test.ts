import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";
import { integrations, startedSession } from "../whatsapp/callback.ts";
import { finish } from "../whatsapp/integration.ts";
import { ODD_REGISTRATIONS } from "./odd-registrations.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const provider = "whatsapp";
const all = (filter: Record<string, unknown>) => integrations(service).find(filter).toArray();
const indexOfOwnerNumber = async () =>
  (await integrations(service).indexes()).find(({ name }) => name === "whatsapp_owner_number");

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
    const others = () => [
      [{}, {}, { provider: "telegram" }, { provider: "telegram" }],
      [{ provider }, { provider }, { provider, userId: "u", externalId: null }],
    ];
    await integrations(service).insertMany(others().flat());
    await service.restart();
    await integrations(service).insertMany(others().flat());
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
    ]) {
      expect(problemIn(answer)).toBe("404 integration_unknown");
    }
    expect(await all({ userId })).toEqual([{ ...document, ...odd }]);
  });

  test.each(["userId", "provider", "externalId"])(
    "with a list as %s are neither shown nor in the worker's way",
    async (field) => {
      const [userId, externalId] = [newUser(), newNumber()];
      const key: Record<string, unknown> = { userId, provider, externalId };
      const due = {
        registration: { generation: 1 },
        work: { queue: "registration", dueAt: new Date(0) },
      };
      const document = { ...key, [field]: [key[field]], status: "pending", ...due };
      const { insertedId: _id } = await integrations(service).insertOne({ ...document });
      const authorization = await service.bearer(userId);
      const list = await service.http.get("/whatsapp/integrations").set({ authorization });
      expect(list.body).toEqual({ success: true, integrations: [], nextCursor: null });
      await service.restart({ WORKER_ENABLED: "true" });
      const from = service.log.length;
      const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
      const { integrationId } = await completeSignup(service, plan);
      await untilStatus(service, integrationId, "linked", plan.userId);
      const errors = service.log.slice(from).filter(({ level }) => level === "error");
      expect(errors).toEqual([]);
      expect(await all({ _id })).toEqual([{ _id, ...document }]);
      await service.restart();
    },
  );

  test("stand in no way of a first number with the line that they name", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber } = session;
    const document = { userId, provider, externalId: "1", registration: { line: phoneNumber } };
    await integrations(service).insertOne({ ...document });
    await finish(session).expect(200);
    expect(await all({ userId })).toHaveLength(2);
  });

  test("do not hold up the registration of that number by another owner", async () => {
    await service.restart({ WORKER_ENABLED: "true" });
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const ofOthers = { provider, externalId: plan.phoneNumber, meta: { wabaId: plan.wabaId } };
    const older = ODD_REGISTRATIONS.map(([, odd]) =>
      Object.assign({ userId: newUser() }, ofOthers, odd),
    );
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
