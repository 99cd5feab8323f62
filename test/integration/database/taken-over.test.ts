import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import {
  dyingProcess,
  integrations,
  sessions,
  startedSession,
  storedSession,
} from "../whatsapp/callback.ts";
import { finish } from "../whatsapp/integration.ts";
import { ODD_REGISTRATIONS } from "./odd-registrations.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const provider = "whatsapp";
const all = (filter: Record<string, unknown>) => integrations(service).find(filter).toArray();

describe("a callback for the key of a document that is not ours", () => {
  test.each(ODD_REGISTRATIONS)("with %s takes it over", async (_what, odd) => {
    const session = await startedSession(service);
    const { userId, phoneNumber, values } = session;
    const createdAt = new Date("2025-03-04T05:06:07Z");
    const _id = new Types.ObjectId();
    await integrations(service).insertOne({
      _id,
      userId,
      provider,
      externalId: phoneNumber,
      status: "error",
      createdAt,
      meta: {
        accessToken: "old",
        wabaId: "1",
      },
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
      userId,
      provider,
      externalId: phoneNumber,
      status: "pending",
      createdAt,
      updatedAt: expect.any(Date),
      meta: {
        wabaId: values.WhatsAppBusinessAccountId,
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "sms_capable",
        wabaProof: "twilio",
      },
      registration: expect.objectContaining({
        generation: 1,
        step: "subaccount",
      }),
      work: expect.objectContaining({ queue: "registration", sendersToRemove: [] }),
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
      userId,
      provider,
      externalId: phoneNumber,
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

  test("that says linked in a list is refused the same", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber } = session;
    const document = { userId, provider, externalId: phoneNumber, status: ["linked", "old"] };
    const { insertedId: _id } = await integrations(service).insertOne({ ...document });
    expect(problemIn(await finish(session))).toBe("409 number_already_linked operator");
    expect(await all({ userId })).toEqual([{ _id, ...document }]);
  });

  // Our unique index holds each entry of a list, so a document of ours cannot stand beside it.
  test.each([
    ["userId", (key: string) => [key, "somebody"]],
    ["provider", (key: string) => ["telegram", key]],
    ["externalId", (key: string) => [key]],
  ])("that has it in a list as %s is the operator's to bring in", async (field, listed) => {
    const session = await startedSession(service);
    const { userId, phoneNumber, sessionId } = session;
    const key: Record<string, string> = { userId, provider, externalId: phoneNumber };
    const document = { ...key, [field]: listed(key[field] ?? ""), status: "error" };
    const { insertedId: _id } = await integrations(service).insertOne({ ...document });
    expect(problemIn(await finish(session))).toBe("409 number_already_linked operator");
    expect(await all({ userId })).toEqual([{ _id, ...document }]);
    expect((await storedSession(service, sessionId)).status).toBe("opened");
  });

  test("that says linked only after the session was taken gives the session back", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber, sessionId, values } = session;
    await dyingProcess(service)(session, values.WhatsAppBusinessAccountId);
    await integrations(service).insertOne({
      userId,
      provider,
      externalId: phoneNumber,
      status: "linked",
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
