import type { RequestHandler } from "express";
import { z } from "zod";
import type { OperatorDesk } from "../../operator/desk.ts";
import { parseBody } from "../middleware/validate.ts";
import { idOf } from "../path.ts";

export const reasonField = z.string().trim().min(1).max(500).meta({
  description: "Stays in the log and, where owners read it, in the history",
});

export const actionBody = z.strictObject({ reason: reasonField });

/** What the operator can do about one number. */
export const INTEGRATION_ACTIONS = ["retry", "recheck", "disconnect"] as const;
/** The same about one signup. */
export const SESSION_ACTIONS = ["release", "revoke"] as const;
type Action = (typeof INTEGRATION_ACTIONS)[number] | (typeof SESSION_ACTIONS)[number];

/** Does one of them, and answers once it is stored. */
export function postOperatorAction(desk: OperatorDesk, action: Action): RequestHandler {
  return async (request, response) => {
    const { reason } = parseBody(actionBody, request);
    await desk[action](idOf(request), reason);
    response.status(202).json({ success: true });
  };
}
