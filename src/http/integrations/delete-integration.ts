import type { RequestHandler } from "express";
import type { Locale } from "../../problems/locales.ts";
import type { RegistrationCommands } from "../../registration/commands.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { integrationView } from "./integration-view.ts";

/** Disconnects a number; `disconnected` follows once Twilio confirms that the sender is gone. */
export function deleteIntegration(
  commands: RegistrationCommands,
  defaultLocale: Locale,
): RequestHandler {
  return async (request, response) => {
    const integration = await commands.disconnect(callerOf(response).userId, idOf(request));
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
