import type { RequestHandler } from "express";
import { z } from "zod";
import { callerOf } from "../middleware/caller.ts";
import { oncePerKey } from "../middleware/idempotency.ts";
import { requestLocale } from "../middleware/request-context.ts";
import { parseBody } from "../middleware/validate.ts";
import { idOf } from "../path.ts";
import type { CommandDeps } from "./command-deps.ts";
import { integrationView } from "./integration-view.ts";

export const resendBody = z.strictObject({ method: z.enum(["sms", "voice"]) });

/** Has a new one-time code sent. */
export function postIntegrationVerificationResend(deps: CommandDeps): RequestHandler {
  const { commands, integrations, keys, defaultLocale } = deps;
  return async (request, response) => {
    const body = parseBody(resendBody, request);
    const whose = { userId: callerOf(response).userId, id: idOf(request) };
    const integration = await oncePerKey(
      { keys },
      { request, response, body },
      async ({ before, since }) =>
        before === "done"
          ? integrations.get(whose.userId, whose.id)
          : commands.resend(whose, body.method, before === "perhaps" ? since : undefined),
    );
    const locale = requestLocale(request, defaultLocale);
    response.status(202).json(integrationView(integration, locale));
  };
}
