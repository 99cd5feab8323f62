import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import { INTEGRATION_STATUSES } from "../../integrations/integration.ts";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import type { Locale } from "../../problems/locales.ts";
import { callerOf } from "../middleware/caller.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { pageFields, parseQuery } from "../middleware/validate.ts";
import { integrationView } from "./integration-view.ts";

export const getIntegrationsQuery = z.strictObject({
  ...pageFields,
  status: z.enum(INTEGRATION_STATUSES).optional(),
});

/** The caller's integrations, newest first. */
export function getIntegrations(store: IntegrationStore, defaultLocale: Locale): RequestHandler {
  return async (request, response) => {
    const query = definedOnly(parseQuery(getIntegrationsQuery, request));
    const page = await store.list(callerOf(response).userId, query);
    const locale = requestLocale(request, defaultLocale);
    response.json({
      success: true,
      integrations: page.integrations.map((integration) => integrationView(integration, locale)),
      nextCursor: page.nextCursor,
    });
  };
}
