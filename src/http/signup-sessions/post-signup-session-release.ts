import type { RequestHandler } from "express";
import type { IdempotencyKeys } from "../../idempotency/idempotency-keys.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { callerOf } from "../middleware/caller.ts";
import { oncePerKey } from "../middleware/idempotency.ts";
import { idOf } from "../path.ts";

/** Unbinds the browser, so that another one can start the session. */
export function postSignupSessionRelease(
  signup: SignupService,
  keys: IdempotencyKeys,
): RequestHandler {
  return async (request, response) => {
    const { userId } = callerOf(response);
    const id = idOf(request);
    await oncePerKey({ keys }, { request, response, body: null }, async ({ before }) => {
      // A browser that has started the session since then keeps it.
      if (before === "done") await signup.get(userId, id);
      else await signup.release(userId, id);
    });
    response.status(204).end();
  };
}
