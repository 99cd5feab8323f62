import type { RequestHandler } from "express";
import { z } from "zod";
import type { OperatorDesk } from "../../operator/desk.ts";
import { parseQuery } from "../middleware/validate.ts";

export const findQuery = z.strictObject({
  q: z.string().trim().min(1).max(255).meta({
    description: "A number, an owner, a session, an integration, a WABA, a subaccount or a sender",
  }),
});

/** What a term means, as it is now. */
export function getFound(desk: OperatorDesk): RequestHandler {
  return async (request, response) => {
    response.json(await desk.find(parseQuery(findQuery, request).q));
  };
}

/** The same with all that happened. */
export function getExplanation(desk: OperatorDesk): RequestHandler {
  return async (request, response) => {
    response.json(await desk.explain(parseQuery(findQuery, request).q));
  };
}
