import type { IndexDefinition, IndexOptions } from "mongoose";

/** Conditions on fields, as in a partial index: a value, or operators. */
export type Conditions = Record<string, unknown>;

/** An index as the server describes it. */
export interface ExistingIndex {
  name: string;
  key: Record<string, unknown>;
  unique?: boolean;
  sparse?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: Conditions;
  collation?: { locale?: string };
}

/**
 * Whether an existing index, under whatever name, does what the wanted one is for.
 * @param facts what is true of every document that the wanted one is for
 */
export function serves(
  existing: ExistingIndex,
  [fields, options]: [IndexDefinition, IndexOptions],
  facts: Conditions,
): boolean {
  if (existing.collation && existing.collation.locale !== "simple") return false;
  if (existing.expireAfterSeconds !== options.expireAfterSeconds) return false;
  if (!holdsAll(existing, { ...facts, ...options.partialFilterExpression })) return false;
  // Of a compound one, sparse leaves out only what has none of the fields.
  const isSparser = existing.sparse === true && options.sparse !== true;
  if (isSparser && Object.keys(fields).length === 1) return false;
  if (options.unique) return existing.unique === true && sameFields(existing, fields);
  return JSON.stringify(existing.key) === JSON.stringify(fields);
}

/**
 * Whether a unique index that is not ours can refuse a document of ours that our own unique indexes
 * let pass.
 */
export function canRefuse(
  existing: ExistingIndex,
  own: readonly IndexDefinition[],
  facts: Conditions,
): boolean {
  if (!existing.unique || existing.name === "_id_" || isAbout(existing, facts) === "others") {
    return false;
  }
  const names = new Set(Object.keys(existing.key));
  // What tells our documents apart in fewer fields does so in more.
  return ![["_id"], ...own.map((fields) => Object.keys(fields))].some((fields) =>
    fields.every((field) => names.has(field)),
  );
}

function holdsAll({ partialFilterExpression: filter = {} }: ExistingIndex, facts: Conditions) {
  return Object.entries(filter).every(([field, condition]) => {
    const fact = facts[field];
    if (fact === undefined) return false;
    if (JSON.stringify(condition) === JSON.stringify({ $exists: true })) return true;
    return JSON.stringify(plain(condition)) === JSON.stringify(plain(fact));
  });
}

/** `others` where its filter names a value that none of our documents has. */
function isAbout({ partialFilterExpression: filter = {} }: ExistingIndex, facts: Conditions) {
  const excludes = Object.entries(filter).some(([field, condition]) => {
    const [fact, wanted] = [plain(facts[field]), plain(condition)];
    return typeof fact === "string" && typeof wanted === "string" && fact !== wanted;
  });
  return excludes ? "others" : "ours";
}

/** `{ $eq: value }` is the value. */
function plain(condition: unknown): unknown {
  return typeof condition === "object" && condition !== null && "$eq" in condition
    ? condition.$eq
    : condition;
}

/** In any order and direction: what is unique is the same. */
function sameFields({ key }: ExistingIndex, fields: IndexDefinition): boolean {
  const isPlain = Object.values(key).every((direction) => Math.abs(Number(direction)) === 1);
  const names = (of: object) => Object.keys(of).toSorted().join();
  return isPlain && names(key) === names(fields);
}
