import type { Request, Response } from "express";
import type { Attempt, IdempotencyKeys } from "../../idempotency/idempotency-keys.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { randomId } from "../../tokens.ts";
import { callerOf } from "./caller.ts";

/** What people put there: UUIDs and ids of their own. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The header's name. */
export const IDEMPOTENCY_KEY = "Idempotency-Key";
/** Marks the answer to a repeat. */
export const REPLAYED = "Idempotent-Replayed";

/**
 * Does what a request asks for, once for all requests with its `Idempotency-Key`; without one each
 * time. Behind `authenticated`.
 * @param body as it was parsed
 * @throws ProblemError `invalid_request` for a key of another form, and as `IdempotencyKeys.once`
 */
export async function oncePerKey<T>(
  { keys, newResultId = () => randomId("req") }: OncePerKey,
  { request, response, body }: { request: Request; response: Response; body: unknown },
  act: (attempt: Partial<Attempt>) => Promise<T>,
): Promise<T> {
  const key = request.get(IDEMPOTENCY_KEY);
  if (key === undefined) return act({});
  if (!KEY.test(key)) {
    throw new ProblemError("invalid_request", {
      issues: [
        {
          path: IDEMPOTENCY_KEY,
          code: "invalid_format",
          message: "must be 1 to 255 visible ASCII characters",
        },
      ],
    });
  }
  const { userId } = callerOf(response);
  const asked = JSON.stringify([request.method, request.path, inOrder(body)]);
  return keys.once({ userId, key, request: asked, newResultId }, (attempt) => {
    if (attempt.before === "done") response.set(REPLAYED, "true");
    return act(attempt);
  });
}

export interface OncePerKey {
  keys: IdempotencyKeys;
  /** Makes the id for what the request makes. */
  newResultId?: () => string;
}

/** The same for the same values in another order. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
}
