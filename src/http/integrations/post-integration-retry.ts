import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import { callerOf } from "../middleware/caller.ts";
import { oncePerKey } from "../middleware/idempotency.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { displayNameField, parseBody } from "../middleware/validate.ts";
import { idOf } from "../path.ts";
import type { CommandDeps } from "./command-deps.ts";
import { integrationView } from "./integration-view.ts";

export const retryBody = z.strictObject({ displayName: displayNameField.optional() });

/** Starts a registration again where it stopped. */
export function postIntegrationRetry(deps: CommandDeps): RequestHandler {
  const { commands, integrations, keys, defaultLocale } = deps;
  return async (request, response) => {
    const body = parseBody(retryBody, request);
    const { userId } = callerOf(response);
    const id = idOf(request);
    const integration = await oncePerKey(
      { keys },
      { request, response, body },
      async ({ before, since }) =>
        before === "done"
          ? integrations.get(userId, id)
          : commands.retry(userId, id, definedOnly(body), before === "perhaps" ? since : undefined),
    );
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
