import { ProblemError } from "./problems/problem-error.ts";

/** A place in a list that is ordered by time and then by id, newest first. */
export interface Cursor {
  at: Date;
  id: string;
}

const FORM = /^(\d{1,15})_([\w-]{1,64})$/;

/** The text that stands for a place; callers need not understand it. */
export function cursorText({ at, id }: Cursor): string {
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
