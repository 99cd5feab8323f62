import type { RequestHandler } from "express";
import { z } from "zod";
import type { OwnerExports } from "../../operator/owner-export.ts";
import { parseQuery } from "../middleware/validate.ts";
import { reasonField } from "./post-operator-action.ts";

export const exportQuery = z.strictObject({
  userId: z.string().min(1).max(255),
  reason: reasonField.optional(),
});

/** What is stored about an owner, for that owner. */
export function getExport(exports: OwnerExports): RequestHandler {
  return async (request, response) => {
    const { userId, reason } = parseQuery(exportQuery, request);
    response.json(await exports.of(userId, reason));
  };
}
