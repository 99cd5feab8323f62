import mongoose, { type Collection, type IndexDefinition, type IndexOptions } from "mongoose";
import { findDuplicates } from "./duplicates.ts";

type IndexSpecification = mongoose.mongo.IndexSpecification;
type CreateIndexesOptions = mongoose.mongo.CreateIndexesOptions;

const DUPLICATE_KEY = 11_000;
const OPTIONS_CONFLICT = 85;
const NAME_CONFLICT = 86;

/** Of a mongoose model, what its indexes need. */
export interface IndexedModel {
  collection: Collection;
  schema: { indexes(): [IndexDefinition, IndexOptions][] };
}

/**
 * Creates the indexes of the models' schemas where they are missing. Existing ones are never
 * changed or dropped: that takes locks and time which only an operator can choose.
 * @throws {Error} names collection, index, the documents or options in the way, and what to do
 */
export async function ensureIndexes(models: readonly IndexedModel[]): Promise<void> {
  for (const { collection, schema } of models) {
    for (const [fields, options] of schema.indexes()) {
      try {
        await collection.createIndex(fields as IndexSpecification, options as CreateIndexesOptions);
      } catch (error) {
        throw await explained(error, { collection, fields, options });
      }
    }
  }
}

interface FailedIndex {
  collection: Collection;
  fields: IndexDefinition;
  options: IndexOptions;
}

async function explained(error: unknown, index: FailedIndex): Promise<unknown> {
  const code = error instanceof mongoose.mongo.MongoServerError ? error.code : undefined;
  if (code === DUPLICATE_KEY) return duplicatesError(error, index);
  if (code === OPTIONS_CONFLICT || code === NAME_CONFLICT) return conflictError(error, index);
  return error;
}

async function duplicatesError(cause: unknown, index: FailedIndex): Promise<Error> {
  const duplicates = await findDuplicates(index.collection, index.fields, index.options);
  const name = index.options.name ?? defaultName(index.fields);
  return new Error(
    [
      `The unique index ${name} of the collection ${index.collection.name} cannot be created,`,
      `because documents share the same values:\n${duplicates.join("\n")}\n`,
      "Leave one document of each group, correct or remove the others, and start again.",
    ].join(" "),
    { cause },
  );
}

async function conflictError(cause: unknown, index: FailedIndex): Promise<Error> {
  const { collection, fields, options } = index;
  const wanted = { key: fields, name: options.name ?? defaultName(fields), ...options };
  const key = JSON.stringify(fields);
  const existing = (await collection.indexes()).find(
    (one) => one.name === wanted.name || JSON.stringify(one.key) === key,
  );
  return new Error(
    [
      `The collection ${collection.name} has the index ${existing?.name ?? wanted.name} with other`,
      `options than this version needs.\n  existing: ${JSON.stringify(existing)}`,
      `\n  needed: ${JSON.stringify(wanted)}\n`,
      `Drop it (db.${collection.name}.dropIndex("${existing?.name ?? wanted.name}"))`,
      "and start again: it is made anew.",
    ].join(" "),
    { cause },
  );
}

/** As MongoDB names an index. */
function defaultName(fields: IndexDefinition): string {
  return Object.entries(fields)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join("_");
}
