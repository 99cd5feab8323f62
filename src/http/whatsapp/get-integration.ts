import type { RequestHandler } from "express";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { callerOf } from "../caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../request-context.ts";
import { integrationView } from "./integration-view.ts";

/** One integration of the caller. */
export function getIntegration(store: IntegrationStore, defaultLocale: Locale): RequestHandler {
  return async (request, response) => {
    const integration = await store.find(callerOf(response).userId, idOf(request));
    if (!integration) throw new ProblemError("integration_unknown");
    response.json(integrationView(integration, requestLocale(request, defaultLocale)));
  };
}
