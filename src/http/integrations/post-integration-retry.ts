import type { RequestHandler } from "express";
import { z } from "zod";
import type { Locale } from "../../problems/locales.ts";
import type { RegistrationCommands } from "../../registration/commands.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { displayNameField, parseBody } from "../middleware/validate.ts";
import { integrationView } from "./integration-view.ts";

const schema = z.strictObject({ displayName: displayNameField.optional() });

/** Starts a registration again where it stopped. */
export function postIntegrationRetry(
  commands: RegistrationCommands,
  defaultLocale: Locale,
): RequestHandler {
  return async (request, response) => {
    const { displayName } = parseBody(schema, request);
    const integration = await commands.retry(
      callerOf(response).userId,
      idOf(request),
      displayName ? { displayName } : {},
    );
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
