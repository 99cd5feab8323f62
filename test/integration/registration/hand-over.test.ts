import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { systemClock } from "../../../src/clock.ts";
import { integrationModel } from "../../../src/integrations/integration-model.ts";
import { handOver } from "../../../src/registration/hand-over.ts";
import { HoldStore, holdModels } from "../../../src/ownership/hold-store.ts";
import { OWNERS_ENV, ownersOf } from "../../support/owners.ts";
import { startTestService, type TestService } from "../../support/service.ts";

describe("who lost a number to another owner", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: OWNERS_ENV });
  });
  afterAll(() => service.close());
  beforeEach(() => service.simulator.reset());

  const { documents, living, look, until, signUp, working, ask } = ownersOf(() => service);

  test("who lost goes on by retry when the number is free, and ends again while it is not", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    expect((await ask(claimant, "post", "/retry")).status).toBe(202);
    const { registration } = await until(claimant, "error");
    expect(registration.error).toMatchObject({
      code: "number_linked_elsewhere",
      actor: "customer",
    });
    expect((await ask(holder, "delete")).status).toBe(202);
    await until(holder, "disconnected");
    expect((await ask(claimant, "post", "/retry")).status).toBe(202);
    await until(claimant, "linked");
  });

  test("a retry that comes while the holder is leaving waits for it", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    service.simulator.twilio.addFault({
      operation: "senders.delete",
      kind: "late_listing",
      ms: 800,
      match: holder.senderId,
    });
    await ask(holder, "delete");
    await ask(claimant, "post", "/retry");
    await until(claimant, "linked");
    await until(holder, "disconnected");
    expect(living(holder.phoneNumber)).toHaveLength(1);
  });

  /** The decision as it is stored, by a process that does nothing else. */
  function decide(what: string, to: string, reason = "the bill is in that name") {
    const { connection } = service.database;
    connection.deleteModel(/^(Integration|NumberHold|WabaHold)$/);
    const integrations = integrationModel(connection);
    const holds = new HoldStore(holdModels(connection), integrations, systemClock);
    const log = pino({ level: "silent" });
    const deps = { integrations, holds, clock: systemClock, deadlineMs: 3_600_000, log };
    return handOver(deps, { what, to, reason });
  }

  test("gets it by the operator's command, which says why", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    const args = ["src/ops/main.ts", "hand-over", holder.phoneNumber, "--to", claimant.id];
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", ...args, "--reason", "the shop was sold"],
      { env: { ...process.env, ...service.env } },
    );
    expect(stderr).toContain("two-step verification");
    const line = stderr.split("\n").find((text) => text.includes('"operator_action"')) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({
      event: "operator_action",
      action: "hand_over",
      phoneNumber: expect.stringContaining("•"),
      integrationId: claimant.id,
      from: [{ integrationId: holder.id, userId: holder.userId }],
      reason: "the shop was sold",
    });
    const { meta } = await until(claimant, "linked");
    const shown = await until(holder, "disconnected");
    const stored = await documents().findOne({ userId: holder.userId });
    expect(stored?.registration.history).toContainEqual(
      expect.objectContaining({ event: "disconnect_requested", reason: "the shop was sold" }),
    );
    expect(shown.registration.history).toContainEqual(
      expect.objectContaining({ event: "disconnect_requested", reason: "the shop was sold" }),
    );
    expect(living(holder.phoneNumber).map(({ sid }) => sid)).toEqual([meta.senderId]);
  });

  test("gets it although everything dies right after the decision, and repeating it is harmless", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    await service.stopService();
    await decide(holder.phoneNumber, claimant.id);
    expect((await documents().findOne({ userId: claimant.userId }))?.status).toBe("error");
    await decide(holder.phoneNumber, claimant.id);
    await service.restart();
    await until(claimant, "linked");
    await until(holder, "disconnected");
    expect((await decide(holder.phoneNumber, claimant.id)).from).toEqual([]);
    expect((await look(claimant)).status).toBe("linked");
    expect(living(holder.phoneNumber)).toHaveLength(1);
  });

  test("gets a WABA with all of its former owner's numbers out of it", async () => {
    const first = await working();
    const second = await working({ userId: first.userId, wabaId: first.wabaId });
    const claimant = await signUp({ wabaId: first.wabaId });
    await until(claimant, "error");
    const { from } = await decide(first.wabaId, claimant.id);
    expect(new Set(from.map(({ externalId }) => externalId))).toEqual(
      new Set([first.phoneNumber, second.phoneNumber]),
    );
    await until(claimant, "linked");
    for (const holder of [first, second]) await until(holder, "disconnected");
  });

  test("gets one that nobody has any more by the same command", async () => {
    const holder = await working();
    const claimant = await signUp({ phoneNumber: holder.phoneNumber });
    await until(claimant, "error");
    await ask(holder, "delete");
    await until(holder, "disconnected");
    expect((await decide(holder.phoneNumber, claimant.id)).from).toEqual([]);
    await until(claimant, "linked");
  });

  test("does not get what it never asked for, nor without a reason", async () => {
    const [holder, other] = [await working(), await working()];
    for (const [what, to, reason, code] of [
      [holder.phoneNumber, other.id, "why", "invalid_request"],
      [holder.wabaId, other.id, "why", "invalid_request"],
      ["12", other.id, "why", "invalid_request"],
      [holder.phoneNumber, "6b0985807ca1c166a726496f", "why", "integration_unknown"],
      [other.phoneNumber, other.id, " ", "invalid_request"],
    ] as const) {
      await expect(decide(what, to, reason)).rejects.toMatchObject({ code });
    }
    for (const one of [holder, other]) expect((await look(one)).status).toBe("linked");
  });
});
