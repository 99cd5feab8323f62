import type { RequestHandler } from "express";
import { z } from "zod";
import type { CodeRelay } from "../../code-relay/code-relay.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import { parseBody } from "../middleware/validate.ts";

export const relayedCodeBody = z.strictObject({ payload: z.string().min(1).max(256) });

/**
 * The code that came to the number, for the browser that signs it up. A POST, so that the payload
 * stays out of addresses and the origin can be checked; it changes nothing.
 */
export function postSignupRelayedCode(codeRelay: CodeRelay, cookie: BrowserCookie): RequestHandler {
  return async (request, response) => {
    const { payload } = parseBody(relayedCodeBody, request);
    const relayed = await codeRelay.read(payload, cookie.secret(request));
    response.json({ success: true, ...relayed });
  };
}
