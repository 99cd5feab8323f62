import type { RequestHandler } from "express";
import { z } from "zod";
import { displayNameField, parseBody } from "../middleware/validate.ts";
import {
  answerStatus,
  ownRegistration,
  sessionField,
  type BrowserCommandDeps,
} from "./own-registration.ts";

export const retryInBrowserBody = z.strictObject({
  session: sessionField,
  displayName: displayNameField.optional(),
});

/** The browser that went through the signup starts its registration again, perhaps with a new name. */
export function postSignupRetry(deps: BrowserCommandDeps): RequestHandler {
  return async (request, response) => {
    const { session: id, displayName } = parseBody(retryInBrowserBody, request);
    const { session, whose } = await ownRegistration(deps, request, id);
    await deps.commands.retry(whose.userId, whose.id, {
      sessionId: session._id,
      ...(displayName ? { displayName } : {}),
    });
    await answerStatus(deps, request, response, session);
  };
}
