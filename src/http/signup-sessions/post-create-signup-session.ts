import type { RequestHandler } from "express";
import { z } from "zod";
import { PHONE_NUMBER_TYPES } from "../../config/schema.ts";
import { definedOnly } from "../../defined.ts";
import type { IdempotencyKeys } from "../../idempotency/idempotency-keys.ts";
import { newSessionId, type SessionCreation } from "../../signup/session-creation.ts";
import { callerOf } from "../middleware/caller.ts";
import { oncePerKey } from "../middleware/idempotency.ts";
import {
  displayNameField,
  localeField,
  parseBody,
  phoneNumberField,
  referenceField,
} from "../middleware/validate.ts";

export const createSignupSessionBody = z.strictObject({
  phoneNumber: phoneNumberField.optional(),
  phoneNumberType: z.enum(PHONE_NUMBER_TYPES).optional().meta({
    description:
      "`sms_capable` and `voice_only`: of your Twilio account; `byo`: the customer's own",
  }),
  displayName: displayNameField.optional(),
  returnUrl: z
    .string()
    .max(2048)
    .optional()
    .meta({ description: "Where the browser goes after success; of an allowed origin" }),
  failureUrl: z.string().max(2048).optional().meta({ description: "The same, after failure" }),
  locale: localeField.optional(),
  integrationId: z
    .string()
    .max(64)
    .trim()
    .optional()
    .meta({ description: "Connects this one again: its number and kind are taken" }),
  reference: referenceField.optional(),
});

/** The button: makes a signup session for the caller. A repeat gets a further link to the same one. */
export function postCreateSignupSession(
  creation: SessionCreation,
  keys: IdempotencyKeys,
): RequestHandler {
  return async (request, response) => {
    const body = parseBody(createSignupSessionBody, request);
    const { session, signupUrl, launch } = await oncePerKey(
      { keys, newResultId: newSessionId },
      { request, response, body },
      ({ resultId }) => creation.create(callerOf(response), definedOnly(body), resultId),
    );
    response.status(201).json({
      success: true,
      sessionId: session._id,
      signupUrl,
      expiresAt: session.expiresAt.toISOString(),
      launch,
    });
  };
}
