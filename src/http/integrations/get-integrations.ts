import type { RequestHandler } from "express";
import { z } from "zod";
import { INTEGRATION_STATUSES } from "../../integrations/integration.ts";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { callerOf } from "../middleware/caller.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { parseQuery } from "../middleware/validate.ts";
import { integrationView } from "./integration-view.ts";

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 20;

const schema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  status: z.enum(INTEGRATION_STATUSES).optional(),
  cursor: z.string().min(1).max(128).optional(),
});

/** The caller's integrations, newest first. */
export function getIntegrations(store: IntegrationStore, defaultLocale: Locale): RequestHandler {
  return async (request, response) => {
    const { limit, status, cursor } = parseQuery(schema, request);
    const page = await store.list(callerOf(response).userId, {
      limit,
      ...(status ? { status } : {}),
      ...(cursor ? { cursor } : {}),
    });
    if (!page) {
      throw new ProblemError("invalid_request", {
        issues: [{ path: "cursor", code: "unknown", message: "not a cursor of this service" }],
      });
    }
    const locale = requestLocale(request, defaultLocale);
    response.json({
      success: true,
      integrations: page.integrations.map((integration) => integrationView(integration, locale)),
      nextCursor: page.nextCursor,
    });
  };
}
