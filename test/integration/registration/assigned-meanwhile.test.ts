import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { systemClock } from "../../../src/clock.ts";
import { LeaseLostError } from "../../../src/durable/lease.ts";
import {
  NumberAssignments,
  numberAssignmentModel,
  type NumberAssignmentModel,
} from "../../../src/ownership/number-assignments.ts";
import { OperatorAssignments } from "../../../src/ownership/operator-assignments.ts";
import { numberStep } from "../../../src/registration/steps/number.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";

const PARENT = { accountSid: "AC-parent", authToken: "token" };
const NUMBER = "+5511980000001";

let database: TestDatabase;
let bench: ReturnType<typeof registrationBench>;
let model: NumberAssignmentModel;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = registrationBench(database);
  model = numberAssignmentModel(database.connection);
});
beforeEach(() => database.drop());
afterAll(() => database.close());

/** A registration at the number step, whose number the parent has, and the operator beside it. */
async function atNumberStep() {
  const assignments = new NumberAssignments(model, systemClock);
  const moves: unknown[] = [];
  const accounts = {
    parent: PARENT,
    listNumbers: (sid: string) =>
      Promise.resolve(sid === PARENT.accountSid ? [{ sid: "PN1", phoneNumber: NUMBER }] : []),
    moveNumber: (move: unknown) => Promise.resolve(moves.push(move)),
  };
  const subaccounts = { allSids: () => Promise.resolve([]), sidsOf: () => Promise.resolve([]) };
  Object.assign(bench.deps, { accounts, subaccounts, assignments });
  const operator = new OperatorAssignments({
    ...bench.deps,
    hasSession: () => Promise.resolve(true),
    retry: () => Promise.reject(new Error("nothing has failed yet")),
    logger: pino({ level: "silent" }),
  });
  const { integration } = await bench.upsert.apply(
    takenCallback({ phoneNumber: NUMBER, numberAssigned: true }),
  );
  const work = await bench.work(integration, {
    "registration.step": "number",
    "meta.twilioSubaccountSid": "AC-own",
  });
  /** The operator's word comes right after the step has read the one before. */
  const meanwhile = (change: () => Promise<unknown>) => {
    const isAssigned = assignments.isAssigned.bind(assignments);
    assignments.isAssigned = async (...asked) => {
      const answer = await isAssigned(...asked);
      await change();
      return answer;
    };
  };
  return { integration, operator, work, moves, meanwhile };
}

describe("a number step that has read the operator's former word", () => {
  test("moves nothing by it when the number has been assigned to somebody else", async () => {
    const { integration, operator, work, moves, meanwhile } = await atNumberStep();
    meanwhile(() => operator.assign({ phoneNumber: NUMBER, userId: "other", isNewOwner: true }));
    await expect(numberStep(work)).rejects.toThrow(LeaseLostError);
    expect(moves).toEqual([]);
    const { registration, work: left } = await bench.read(integration);
    expect(registration).toMatchObject({ step: "number", generation: 2 });
    expect(left.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("does not give up by it when the number has been assigned to its owner", async () => {
    const { integration, operator, work, meanwhile } = await atNumberStep();
    await operator.assign({ phoneNumber: NUMBER, userId: "other", isNewOwner: true });
    // The first word has ended this claim already; the next one reads it.
    const again = await bench.work(await bench.read(integration), {
      "work.lease.until": new Date(0),
    });
    meanwhile(() => operator.assign({ phoneNumber: NUMBER, userId: integration.userId }));
    await expect(numberStep(again)).rejects.toThrow("number_not_assigned");
    await expect(again.claim.release(undefined, { $set: { status: "error" } })).rejects.toThrow(
      LeaseLostError,
    );
    expect(work.claim.integration.status).toBe("pending");
    expect((await bench.read(integration)).status).toBe("pending");
  });
});
