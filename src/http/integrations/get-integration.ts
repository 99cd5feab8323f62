import type { RequestHandler } from "express";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import type { Locale } from "../../problems/locales.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { integrationView } from "./integration-view.ts";

/** One integration of the caller. */
export function getIntegration(store: IntegrationStore, defaultLocale: Locale): RequestHandler {
  return async (request, response) => {
    const integration = await store.get(callerOf(response).userId, idOf(request));
    response.json(integrationView(integration, requestLocale(request, defaultLocale)));
  };
}
