import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ErasureReport } from "../../../src/operator/erasure.ts";
import { sha256 } from "../../../src/tokens.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { dyingProcess, startedSession } from "../whatsapp/callback.ts";
import {
  livingSenders,
  mentions,
  ownerWithEverything,
  rivalOf,
  untilErased,
} from "./owner-with-everything.ts";
import { ops } from "./run.ts";

const REASON = "ticket 815";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function erase(userId: string) {
  const { code, out, log } = await ops(
    service,
    "erase",
    "--user",
    userId,
    "--reason",
    REASON,
    "--json",
  );
  expect(code).toBe(0);
  return { ...(JSON.parse(out) as ErasureReport), log };
}

const collection = (name: string) => service.database.connection.collection(name);
const documentsOf = async (userId: string) =>
  Promise.all(
    ["integrations", "signup_sessions", "line_spellings"].map((name) =>
      collection(name).find({ userId }).sort({ _id: 1 }).toArray(),
    ),
  );

describe("ops erase", () => {
  test("disconnects every number, deletes all of the owner's and nothing of another's", async () => {
    const owner = await ownerWithEverything(service);
    const { userId, phoneNumber, subaccountSid } = owner;
    const rival = await rivalOf(service, phoneNumber);
    const before = await documentsOf(rival.userId);
    const numbers = (await documentsOf(userId))[0]?.map(({ externalId }) => String(externalId));
    expect(livingSenders(service, numbers ?? [])).toHaveLength(3);

    const first = await erase(userId);
    expect(first.state).toBe("under_way");
    expect(first.left.map(({ what }) => what)).toEqual(
      expect.arrayContaining(
        Object.values(owner.integrations).map((id): string => expect.stringContaining(id) as never),
      ),
    );
    expect(first.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "erase",
        userId,
        reason: REASON,
      }),
    );
    const { open } = owner;
    expect(problemIn(await open.visitor.start(open.payload))).toBe("410 session_revoked");

    const { stays, left } = await untilErased(() => erase(userId));
    expect(left).toEqual([]);
    expect(livingSenders(service, numbers ?? [])).toEqual([]);
    expect(stays.map(({ what }) => what)).toEqual(
      expect.arrayContaining([`subaccount ${subaccountSid}`, "the record of this erasure"]),
    );
    expect(await mentions(service, userId)).toEqual([]);
    expect(await documentsOf(rival.userId)).toEqual(before);
    const record = await collection("erasures").findOne({
      reason: REASON,
      _id: sha256(userId) as never,
    });
    expect(record).toMatchObject({ completedAt: expect.any(Date), keptUntil: expect.any(Date) });
    expect(problemIn(await open.visitor.start(open.payload))).toBe("404 session_unknown");
  });

  test("is finished by the running service, also when the one that began it is gone", async () => {
    const userId = newUser();
    const plan = { userId, wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", userId);
    expect((await erase(userId)).state).toBe("under_way");
    await service.restart();
    await untilErased(async () => ({
      state: (await mentions(service, userId)).length === 0 ? "complete" : "under_way",
    }));
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "erased",
        userId,
        reason: REASON,
      }),
    );
    expect(livingSenders(service, [plan.phoneNumber])).toEqual([]);
    expect((await erase(userId)).state).toBe("complete");
  });

  test("lets nothing new begin until it is done, and anything after that", async () => {
    const userId = newUser();
    const plan = { userId, wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", userId);
    await erase(userId);
    const refused = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(userId))
      .send({ phoneNumber: newNumber() });
    expect(problemIn(refused)).toBe("409 erasure_under_way");
    await untilErased(() => erase(userId));
    const again = await completeSignup(service, plan);
    await untilStatus(service, again.integrationId, "linked", userId);
    expect((await erase(userId)).state).toBe("under_way");
    await untilErased(() => erase(userId));
    expect(await mentions(service, userId)).toEqual([]);
  });

  test("deletes a taken session whose process died before it made the integration", async () => {
    const session = await startedSession(service);
    await dyingProcess(service)(session, newWaba());
    await untilErased(() => erase(session.userId));
    expect(await mentions(service, session.userId)).toEqual([]);
    expect(await collection("integrations").findOne({ userId: session.userId })).toBeNull();
  });

  test("says what stays: the operator's word, and an earlier service's documents", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    await createSession(service, { userId });
    await ops(service, "assign", phoneNumber, "--user", userId);
    await collection("integrations").insertOne({ userId, provider: "whatsapp", externalId: "1" });
    const { stays } = await untilErased(() => erase(userId));
    expect(stays.map(({ what }) => what)).toEqual([
      `assignment of ${phoneNumber}`,
      "1 document(s) of an earlier service",
      "the record of this erasure",
    ]);
    expect(await mentions(service, userId)).toEqual(["integrations", "number_assignments"]);
  });

  test("of an owner that nobody knows stores nothing and says so", async () => {
    const userId = newUser();
    const { code, out, warnings } = await ops(
      service,
      "erase",
      "--user",
      userId,
      "--reason",
      REASON,
    );
    expect([code, out]).toEqual([0, ""]);
    expect(warnings).toEqual([`Warning: nothing of ${userId} is stored that could be deleted.`]);
    expect(await mentions(service, sha256(userId))).toEqual([]);
  });

  test("with --wait ends when all is done, and tells what it waited for", async () => {
    const userId = newUser();
    const plan = { userId, wabaId: newWaba(), phoneNumber: newNumber() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", userId);
    const typed = ["erase", "--user", userId, "--reason", REASON, "--wait"];
    const { code, out } = await ops(service, ...typed);
    expect(code).toBe(0);
    expect(out).toContain(`${userId} is being erased by the running service. Left:`);
    expect(out).toContain(`(integration ${integrationId}): being disconnected`);
    expect(out).toMatch(new RegExp(`${userId} was erased at \\d{4}-`));
  });

  test.each([
    [["erase"], "--user is missing"],
    [["erase", "--user", "x"], "--reason is missing"],
    [["export"], "--user is missing"],
  ])("%j is a mistake in the command", async (typed, message) => {
    const { code, warnings } = await ops(service, ...typed);
    expect([code, warnings[0]]).toEqual([2, expect.stringContaining(message)]);
  });
});
