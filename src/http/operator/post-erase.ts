import type { RequestHandler } from "express";
import { z } from "zod";
import type { Erasures } from "../../operator/erasure.ts";
import { parseBody } from "../middleware/validate.ts";
import { reasonField } from "./post-operator-action.ts";

export const eraseBody = z.strictObject({
  userId: z.string().min(1).max(255),
  reason: reasonField,
});

/** Has an owner's data deleted, and says what is left of it; to be repeated until nothing is. */
export function postErase(erasures: Erasures): RequestHandler {
  return async (request, response) => {
    const { userId, reason } = parseBody(eraseBody, request);
    const report = await erasures.request(userId, reason);
    response.status(report.state === "under_way" ? 202 : 200).json({ success: true, ...report });
  };
}
