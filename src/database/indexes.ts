import mongoose, { type Collection, type IndexDefinition, type IndexOptions } from "mongoose";
import type { Logger } from "../logger.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { findDuplicates } from "./duplicates.ts";
import { canRefuse, serves, type Conditions, type ExistingIndex } from "./index-match.ts";
import { isDatabaseOutage } from "./outage.ts";

type IndexSpecification = mongoose.mongo.IndexSpecification;
type CreateIndexesOptions = mongoose.mongo.CreateIndexesOptions;
type Index = [IndexDefinition, IndexOptions];

const NAMESPACE_NOT_FOUND = 26;
const CONFLICTS = new Set<unknown>([85 /* of options */, 86 /* of names */]);

/** Of a mongoose model, what its indexes need. */
export interface IndexedModel {
  collection: Collection;
  schema: { indexes(): Index[] };
  /**
   * In a collection shared with others: what is true of every document of ours and can be asked for
   * in a partial index. A unique index that documents of others stand in the way of is limited to it.
   */
  ours?: Conditions;
}

/**
 * Creates the indexes of the models' schemas where none serves, under whatever name. Existing ones
 * are never changed or dropped: that takes locks and time which only an operator can choose. Unique
 * ones of somebody else that may refuse our documents are logged.
 * @throws {Error} names collection, index, the documents or options in the way, and what to do
 */
export async function ensureIndexes(
  models: readonly IndexedModel[],
  logger: Logger,
): Promise<void> {
  for (const model of models) {
    const { missing, inTheWay } = await compareIndexes(model);
    for (const index of missing) await create(model, index, logger);
    for (const one of inTheWay) warnOf(one, model, logger);
  }
}

/** What an operator should know of a collection's indexes. */
export interface IndexFinding {
  collection: string;
  index: string;
  /** `in_the_way`: somebody else's unique one, which may refuse our documents. */
  kind: "missing" | "in_the_way";
}

/** What `ensureIndexes` would make or warn of; of a collection that is not there yet, nothing. */
export async function examineIndexes(models: readonly IndexedModel[]): Promise<IndexFinding[]> {
  const findings: IndexFinding[] = [];
  for (const model of models) {
    const collection = model.collection.name;
    const { existing, missing, inTheWay } = await compareIndexes(model);
    if (existing.length === 0) continue;
    for (const [fields, { name }] of missing) {
      findings.push({ collection, index: name ?? defaultName(fields), kind: "missing" });
    }
    for (const { name } of inTheWay) findings.push({ collection, index: name, kind: "in_the_way" });
  }
  return findings;
}

async function compareIndexes({ collection, schema, ours = {} }: IndexedModel) {
  const wanted = schema.indexes();
  const existing = await indexesOf(collection);
  const unique = wanted.filter(([, options]) => options.unique).map(([fields]) => fields);
  return {
    existing,
    missing: wanted.filter((index) => !existing.some((one) => serves(one, index, ours))),
    inTheWay: existing.filter((one) => canRefuse(one, unique, ours)),
  };
}

async function indexesOf(collection: Collection): Promise<ExistingIndex[]> {
  try {
    return (await collection.indexes()) as ExistingIndex[];
  } catch (error) {
    if (codeOf(error) === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

async function create(
  { collection, ours }: IndexedModel,
  [fields, options]: Index,
  logger: Logger,
): Promise<void> {
  const name = options.name ?? defaultName(fields);
  const createWith = (all: IndexOptions) =>
    collection.createIndex(fields as IndexSpecification, all as CreateIndexesOptions);
  try {
    await createWith(options);
  } catch (error) {
    if (isDatabaseOutage(error)) throw error;
    const failed = { collection, fields, options, name };
    if (!duplicateKey(error)) throw await refusal(error, failed);
    if (!ours) throw await duplicatesError(error, failed);
    const partialFilterExpression = { ...options.partialFilterExpression, ...ours };
    const limited = { ...options, partialFilterExpression };
    try {
      await createWith(limited);
    } catch (again) {
      throw duplicateKey(again)
        ? await duplicatesError(again, { ...failed, options: limited })
        : await refusal(again, failed);
    }
    logger.warn(
      { collection: collection.name, index: name },
      "Older documents of the collection share values; the unique index holds this service's alone",
    );
  }
}

function warnOf({ name }: ExistingIndex, { collection }: IndexedModel, logger: Logger): void {
  logger.warn(
    {
      event: "config_warning",
      code: "database_index_conflict",
      collection: collection.name,
      index: name,
    },
    `The unique index ${name} of the collection ${collection.name} is not this service's and may refuse its documents. Drop it, or limit it to other documents by a partialFilterExpression.`,
  );
}

interface FailedIndex {
  collection: Collection;
  fields: IndexDefinition;
  options: IndexOptions;
  name: string;
}

async function duplicatesError(cause: unknown, index: FailedIndex): Promise<Error> {
  const duplicates = await findDuplicates(index.collection, index.fields, index.options);
  return new Error(
    [
      `The unique index ${index.name} of the collection ${index.collection.name} cannot be created,`,
      `because documents share the same values:\n${duplicates.join("\n")}\n`,
      "Leave one document of each group, correct or remove the others, and start again.",
    ].join(" "),
    { cause },
  );
}

async function refusal(cause: unknown, index: FailedIndex): Promise<Error> {
  const { collection, fields, options, name } = index;
  if (!CONFLICTS.has(codeOf(cause))) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The index ${name} of the collection ${collection.name} cannot be created: ${why}`;
    return new Error(message, { cause });
  }
  const wanted = { key: fields, name, ...options };
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

function codeOf(error: unknown): unknown {
  return error instanceof mongoose.mongo.MongoServerError ? error.code : undefined;
}

/** As MongoDB names an index. */
function defaultName(fields: IndexDefinition): string {
  return Object.entries(fields)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join("_");
}
