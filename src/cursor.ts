import { ProblemError } from "./problems/problem-error.ts";

/** A place in a list that is ordered by time and then by id, newest first. */
export interface Cursor {
  at: Date;
  id: string;
}

const FORM = /^(\d{1,15})_([\w-]{1,64})$/;

/** The text that stands for a place; callers need not understand it. */
function cursorText({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()}_${id}`).toString("base64url");
}

/**
 * The place that a text stands for.
 * @param isId whether such an id can be in the list
 * @throws ProblemError `invalid_request` for a text that never stood for a place in it
 */
export function parseCursor(text: string, isId: (id: string) => boolean): Cursor {
  const [, at, id] = FORM.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (at && id && isId(id)) return { at: new Date(Number(at)), id };
  throw new ProblemError("invalid_request", {
    issues: [{ path: "cursor", code: "unknown", message: "not a cursor of this list" }],
  });
}

/** What comes after a place in the list. @param idOf the id as documents have it */
export function olderThan<Id>({ at, id }: Cursor, idOf: (text: string) => Id) {
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, _id: { $lt: idOf(id) } }] };
}

/** One page of what was found, of which one more than `limit` was asked for. */
export function pageOf<T extends { _id: unknown; createdAt: Date }>(
  found: readonly T[],
  limit: number,
): { page: T[]; nextCursor: string | null } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const isMore = found.length > limit && last !== undefined;
  const nextCursor = isMore ? cursorText({ at: last.createdAt, id: String(last._id) }) : null;
  return { page, nextCursor };
}
