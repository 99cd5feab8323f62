import type { RequestHandler } from "express";
import { z } from "zod";
import { PHONE_NUMBER_TYPES } from "../../config/schema.ts";
import type { SessionRequest, SignupService } from "../../signup/signup-service.ts";
import { callerOf } from "../middleware/caller.ts";
import {
  displayNameField,
  localeField,
  parseBody,
  phoneNumberField,
} from "../middleware/validate.ts";

const schema = z.strictObject({
  phoneNumber: phoneNumberField.optional(),
  phoneNumberType: z.enum(PHONE_NUMBER_TYPES).optional(),
  displayName: displayNameField.optional(),
  returnUrl: z.string().max(2048).optional(),
  failureUrl: z.string().max(2048).optional(),
  locale: localeField.optional(),
  integrationId: z.string().max(64).trim().optional(),
});

/** The button: makes a signup session for the caller. */
export function postCreateSignupSession(signup: SignupService): RequestHandler {
  return async (request, response) => {
    const wanted: SessionRequest = withoutUndefined(parseBody(schema, request));
    const { session, signupUrl, launch } = await signup.create(callerOf(response), wanted);
    response.status(201).json({
      success: true,
      sessionId: session._id,
      signupUrl,
      expiresAt: session.expiresAt.toISOString(),
      launch,
    });
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
