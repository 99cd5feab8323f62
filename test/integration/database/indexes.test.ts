import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { Schema } from "mongoose";
import { ensureIndexes } from "../../../src/database/indexes.ts";
import { memoryLogger } from "./memory-logger.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";

let database: TestDatabase;
const { logger, lines } = memoryLogger();
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  lines.length = 0;
  database.connection.deleteModel(/.*/);
  await database.drop();
});
afterAll(() => database.close());

function modelWith(...indexes: Parameters<Schema["index"]>[]) {
  const schema = new Schema({}, { collection: "things", strict: false });
  for (const [fields, options] of indexes) schema.index(fields, options);
  return database.connection.model("Thing", schema);
}

async function messageOf(promise: Promise<void>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error as Error).message,
  );
}

test("makes the schemas' indexes with their options; again changes nothing", async () => {
  const model = modelWith(
    [{ owner: 1, number: 1 }, { unique: true }],
    [{ token: 1 }, { unique: true, partialFilterExpression: { token: { $type: "string" } } }],
    [{ endedAt: 1 }, { expireAfterSeconds: 60 }],
  );
  await ensureIndexes([model], logger);
  const made = await model.collection.indexes();
  expect(made).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: { owner: 1, number: 1 }, unique: true }),
      expect.objectContaining({
        key: { token: 1 },
        unique: true,
        partialFilterExpression: { token: { $type: "string" } },
      }),
      expect.objectContaining({ key: { endedAt: 1 }, expireAfterSeconds: 60 }),
    ]),
  );
  expect(made).toHaveLength(4);

  await ensureIndexes([model], logger);
  expect(await model.collection.indexes()).toEqual(made);
});

test("a duplicate names collection, index, values and documents, and what to do", async () => {
  const model = modelWith([{ owner: 1, number: 1 }, { unique: true }]);
  const { insertedIds: ids } = await model.collection.insertMany([
    { owner: "a", number: 1 },
    { owner: "a", number: 1 },
    { owner: "a", number: 2 },
    { owner: "b", number: 1 },
  ]);

  expect(await messageOf(ensureIndexes([model], logger))).toBe(
    "The unique index owner_1_number_1 of the collection things cannot be created, " +
      "because documents share the same values:\n" +
      `  - owner "a", number 1: _id ${String(ids[0])}, ${String(ids[1])}\n` +
      " Leave one document of each group, correct or remove the others, and start again.",
  );
  expect((await model.collection.indexes()).map(({ name }) => name)).toEqual(["_id_"]);
});

test("a missing field counts as null, as the index counts it", async () => {
  const model = modelWith([{ sid: 1 }, { unique: true }]);
  const { insertedIds: ids } = await model.collection.insertMany([{}, { sid: null }, { sid: 1 }]);

  expect(await messageOf(ensureIndexes([model], logger))).toContain(
    `- sid null: _id ${String(ids[0])}, ${String(ids[1])}\n`,
  );
});

test("only documents that a partial index holds are named", async () => {
  const model = modelWith([
    { sid: 1 },
    { unique: true, partialFilterExpression: { kind: "ours" } },
  ]);
  const { insertedIds: ids } = await model.collection.insertMany([
    { kind: "theirs", sid: 1 },
    { kind: "theirs", sid: 1 },
    { kind: "ours", sid: 2 },
    { kind: "ours", sid: 2 },
  ]);

  const message = await messageOf(ensureIndexes([model], logger));
  expect(message).toContain(`- sid 2: _id ${String(ids[2])}, ${String(ids[3])}\n`);
  expect(message).not.toContain("sid 1");
});

test("many duplicates give five groups of ten documents", async () => {
  const model = modelWith([{ sid: 1 }, { unique: true }]);
  const documents = Array.from({ length: 6 * 12 }, (_, i) => ({ sid: i % 6 }));
  await model.collection.insertMany(documents);

  const message = await messageOf(ensureIndexes([model], logger));
  expect(
    message.match(/ {2}- sid \d: _id ([0-9a-f]{24}, ){9}[0-9a-f]{24} and 2 more\n/g),
  ).toHaveLength(5);
  expect(message).toContain("- and further ones");
});

test("an index with other options is named with both definitions", async () => {
  const name = "endedAt_1";
  const existing = modelWith([{ endedAt: 1 }, { expireAfterSeconds: 60 }]);
  await ensureIndexes([existing], logger);
  database.connection.deleteModel("Thing");

  const model = modelWith([{ endedAt: 1 }, { expireAfterSeconds: 120 }]);
  const message = await messageOf(ensureIndexes([model], logger));
  expect(message).toContain(`The collection things has the index ${name} with other options`);
  expect(message).toMatch(
    /existing: .*"expireAfterSeconds":.*\n.*needed: .*"expireAfterSeconds":120/,
  );
  expect(message).toContain(`db.things.dropIndex("${name}")`);
});
