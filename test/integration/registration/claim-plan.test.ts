import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Types } from "mongoose";
import {
  integrationModel,
  type IntegrationModel,
} from "../../../src/integrations/integration-model.ts";
import { dueIn, longestDue } from "../../../src/integrations/integration-queries.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";

/**
 * Raised for a run with mongod: `CLAIM_PLAN_SIZE=1000000 npm run test:all -- claim-plan`. SecantusDB
 * serves nobody else while it drops a collection, which takes it seconds for a few thousand.
 */
const LARGE = Number(process.env.CLAIM_PLAN_SIZE ?? 400);
const SMALL = Math.min(1_000, LARGE / 4);
const BATCH = 1_000;
const INDEX = "provider_1_work.queue_1_work.dueAt_1";

interface Plan {
  stage?: string;
  indexName?: string;
  inputStage?: Plan;
}
interface Explained {
  serverInfo: { host: string };
  queryPlanner: { winningPlan: Plan };
  executionStats: { nReturned: number; totalKeysExamined: number; totalDocsExamined: number };
}

describe("a claim among many integrations", () => {
  let database: TestDatabase;
  let model: IntegrationModel;
  beforeAll(async () => {
    database = await openTestDatabase();
    model = integrationModel(database.connection);
  });
  afterAll(() => database.close());

  function stagesOf(plan: Plan): Plan[] {
    return [plan, ...(plan.inputStage ? stagesOf(plan.inputStage) : [])];
  }

  /**
   * What the plan says. SecantusDB plans a sort and no limit whatever there is (docs/contract.md
   * section 1), so of it only the index is believed.
   */
  function factsOf({ serverInfo, queryPlanner, executionStats }: Explained) {
    const stages = stagesOf(queryPlanner.winningPlan);
    const index = stages.find(({ stage }) => stage === "IXSCAN")?.indexName;
    const scans = stages.some(({ stage }) => stage === "COLLSCAN");
    if (serverInfo.host === "secantus") return { index, scans };
    const { nReturned, totalKeysExamined, totalDocsExamined } = executionStats;
    const sorts = stages.some(({ stage }) => stage === "SORT");
    return { index, scans, sorts, nReturned, totalKeysExamined, totalDocsExamined };
  }

  test.each([SMALL, LARGE])("reads one entry of its index, of %i", async (size) => {
    await database.drop();
    await model.createIndexes();
    const now = Date.now();
    for (let from = 0; from < size; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, size - from) }, (_, index) => ({
        _id: new Types.ObjectId(),
        userId: `owner-${from + index}`,
        provider: "whatsapp",
        externalId: `+${from + index}`,
        meta: { wabaId: String(from + index) },
        work: {
          queue: index % 2 === 0 ? "check" : "registration",
          dueAt: new Date(now + (index % 7) * 1_000 - 3_000),
        },
      }));
      await model.collection.insertMany(batch);
    }
    const due = dueIn("registration", new Date(now));
    const explained = (await longestDue(model, due).explain("executionStats")) as unknown;
    const facts = factsOf(explained as Explained);
    const exact = { sorts: false, nReturned: 1, totalKeysExamined: 1, totalDocsExamined: 1 };
    expect(facts).toEqual({ index: INDEX, scans: false, ...("sorts" in facts ? exact : {}) });
    expect(await longestDue(model, due)).not.toBeNull();
  });
});
