import type { RequestHandler } from "express";
import { z } from "zod";
import type { Locale } from "../../problems/locales.ts";
import type { RegistrationCommands } from "../../registration/commands.ts";
import { callerOf } from "../middleware/caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { oneTimeCodeField, parseBody } from "../middleware/validate.ts";
import { integrationView } from "./integration-view.ts";

export const verificationBody = z.strictObject({ code: oneTimeCodeField });

/** The customer's one-time code, handed to Twilio before the answer. */
export function postIntegrationVerification(
  commands: RegistrationCommands,
  defaultLocale: Locale,
): RequestHandler {
  return async (request, response) => {
    const { code } = parseBody(verificationBody, request);
    const whose = { userId: callerOf(response).userId, id: idOf(request) };
    const integration = await commands.verify(whose, code);
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
