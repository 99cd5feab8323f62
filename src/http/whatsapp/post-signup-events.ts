import type { RequestHandler } from "express";
import { z } from "zod";
import type { SignupService } from "../../signup/signup-service.ts";
import type { BrowserCookie } from "../browser-cookie.ts";
import { parseBody } from "../validate.ts";

const KEYS_MAX = 20;
const VALUE_MAX_LENGTH = 500;
/** Whatever else Meta sends, tokens and codes are not kept; an error's code is no secret. */
const SECRET_KEY = /token|secret|auth|(?<!error_)code$/i;

const schema = z.strictObject({
  payload: z.string().min(1).max(256),
  event: z.string().regex(/^[\w-]{1,64}$/, "must be a word of at most 64 characters"),
  data: z.record(z.string().max(64), z.unknown()).default({}),
});

/** What the popup reported, kept on the session for support. */
export function postSignupEvents(signup: SignupService, cookie: BrowserCookie): RequestHandler {
  return async (request, response) => {
    const { payload, event, data } = parseBody(schema, request);
    await signup.recordEvent(payload, cookie.hash(request), { event, data: kept(data) });
    response.status(204).end();
  };
}

/** Scalars as bounded strings; keys that could be paths or operators in a document are renamed. */
function kept(data: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data)
      .filter(([key, value]) => !SECRET_KEY.test(key) && isScalar(value))
      .slice(0, KEYS_MAX)
      .map(([key, value]) => [
        key.replace(/[^\w-]/g, "_"),
        String(value).slice(0, VALUE_MAX_LENGTH),
      ]),
  );
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
