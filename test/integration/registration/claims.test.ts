import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../../src/clock.ts";
import { integrationModel } from "../../../src/integrations/integration-model.ts";
import { Claims } from "../../../src/registration/claims.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";

describe("claims of several processes at once", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test("go to each integration that is due once, and to none of others' documents", async () => {
    const model = integrationModel(database.connection);
    await model.createIndexes();
    const document = (number: number, generation: unknown) => ({
      userId: `owner-${number}`,
      provider: "whatsapp",
      externalId: `+551198765${1000 + number}`,
      registration: { generation },
      work: { queue: "registration", dueAt: new Date(Date.now() - 60_000 + number) },
    });
    await model.collection.insertMany([
      ...Array.from({ length: 5 }, (_, number) => document(number, "of another service")),
      ...Array.from({ length: 20 }, (_, number) => document(100 + number, 1)),
    ]);
    const [one, two] = ["one", "two"].map(
      (owner) => new Claims({ model, clock: systemClock, leaseMs: 60_000, owner }),
    ) as [Claims, Claims];
    const claimed = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : two).next("registration")),
    );
    const numbers = claimed.flatMap((claim) => (claim ? [claim.integration.externalId] : []));
    expect(numbers).toHaveLength(20);
    expect(new Set(numbers).size).toBe(20);
    expect(new Set(claimed.map((claim) => claim?.registration.generation))).toEqual(
      new Set([1, undefined]),
    );
  });
});
