import type { RequestHandler } from "express";
import { z } from "zod";
import type { SessionReports } from "../../signup/session-reports.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import { parseBody } from "../middleware/validate.ts";

export const eventBody = z.strictObject({
  payload: z.string().min(1).max(256),
  event: z.string().regex(/^[\w-]{1,64}$/, "must be a word of at most 64 characters"),
  data: z.record(z.string().max(64), z.unknown()).default({}),
});

/** What the popup reported, kept on the session for support. */
export function postSignupEvents(reports: SessionReports, cookie: BrowserCookie): RequestHandler {
  return async (request, response) => {
    const { payload, event, data } = parseBody(eventBody, request);
    await reports.record(payload, cookie.hash(request), { event, data });
    response.status(204).end();
  };
}
