import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import { INTEGRATION_STATUSES, STEPS, WAITED_FOR } from "../../integrations/integration.ts";
import type { OperatorDesk } from "../../operator/desk.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../problems/catalogue.ts";
import { pageFields, parseQuery } from "../middleware/validate.ts";

export const statesQuery = z.strictObject({
  limit: pageFields.limit,
  status: z.enum(INTEGRATION_STATUSES).optional(),
  step: z.enum(STEPS).optional(),
  waitingFor: z.enum(WAITED_FOR).optional(),
  code: z.enum(PROBLEM_CODES as [ProblemCode, ...ProblemCode[]]).optional(),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: "Changed since then" }),
});

/** How many numbers are in each state, and the ones that changed last. */
export function getStates(desk: OperatorDesk): RequestHandler {
  return async (request, response) => {
    const { limit, since, ...exact } = parseQuery(statesQuery, request);
    const filter = { ...definedOnly(exact), ...(since ? { since: new Date(since) } : {}) };
    response.json(await desk.list(filter, limit));
  };
}
