import type { RequestHandler } from "express";
import { z } from "zod";
import type { Locale } from "../../problems/locales.ts";
import type { RegistrationCommands } from "../../registration/commands.ts";
import { callerOf } from "../caller.ts";
import { idOf } from "../path.ts";
import { requestLocale } from "../request-context.ts";
import { parseBody } from "../validate.ts";
import { integrationView } from "./integration-view.ts";

/** Six digits today; people type them with a space or a hyphen in the middle. */
const schema = z.strictObject({
  code: z
    .string()
    .max(32)
    .transform((text) => text.replace(/[\s-]/g, ""))
    .pipe(z.string().regex(/^\d{4,10}$/, "must be the digits of the code")),
});

/** The customer's one-time code, handed to Twilio before the answer. */
export function postIntegrationVerification(
  commands: RegistrationCommands,
  defaultLocale: Locale,
): RequestHandler {
  return async (request, response) => {
    const { code } = parseBody(schema, request);
    const integration = await commands.verify(callerOf(response).userId, idOf(request), code);
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
