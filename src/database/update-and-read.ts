import type { Model, UpdateQuery } from "mongoose";

/** A filter that names one document and says in which state it must be. */
export type ConditionOnOne = { _id: unknown } & Record<string, unknown>;

/**
 * One atomic conditional update of one document, then that document as it is; undefined when the
 * condition did not hold. The reading is a second call, so somebody else's change may be in it.
 *
 * Not `findOneAndUpdate`: what that costs on the embedded database is in docs/decisions/0002-embedded-database.md.
 */
export async function updateAndRead<T>(
  model: Model<T>,
  condition: ConditionOnOne,
  update: UpdateQuery<T>,
): Promise<T | undefined> {
  const { matchedCount } = await model.updateOne(condition as never, update);
  if (matchedCount === 0) return undefined;
  const found = await model.findById(condition._id).lean();
  return (found as T | null) ?? undefined;
}
