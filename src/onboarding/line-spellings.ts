import { Schema, type Connection, type Model } from "mongoose";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { lineOf, spellingsOf } from "../phone-number.ts";
import { sha256 } from "../tokens.ts";

/** Under which spelling an owner's integration of a line is kept, from its first write on. */
export interface LineSpelling {
  /** SHA-256(userId NUL line): one of an owner and a line. */
  _id: string;
  userId: string;
  externalId: string;
}

export type LineSpellingModel = Model<LineSpelling>;

/** The model on the service's one connection. */
export function lineSpellingModel(connection: Connection): LineSpellingModel {
  const required = { type: String, required: true };
  const schema = new Schema<LineSpelling>(
    { _id: required, userId: required, externalId: required },
    { collection: "line_spellings", versionKey: false, strict: "throw" },
  );
  return connection.model<LineSpelling>("LineSpelling", schema);
}

/**
 * Settles the spelling before the integration is inserted, so that of callbacks in parallel all insert
 * the same key and the collection's own unique index lets one of them through. A unique key of the
 * line in the integrations themselves would be one more index on a collection that other services
 * share.
 * @returns the given spelling, or the one that was settled first
 */
export async function settleSpelling(
  model: LineSpellingModel,
  userId: string,
  spelling: string,
): Promise<string> {
  if (spellingsOf(spelling).length === 1) return spelling;
  const _id = idOf(userId, spelling);
  try {
    await model.create({ _id, userId, externalId: spelling });
    return spelling;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return (await model.findById(_id).lean())?.externalId ?? spelling;
}

/** The owner has no integration of the line any more. */
export async function forgetSpelling(
  model: LineSpellingModel,
  userId: string,
  spelling: string,
): Promise<void> {
  await model.deleteOne({ _id: idOf(userId, spelling) });
}

function idOf(userId: string, spelling: string): string {
  return sha256(`${userId}\0${lineOf(spelling)}`);
}
