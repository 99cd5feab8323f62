import type { RequestHandler } from "express";
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import { definedOnly } from "../../defined.ts";
import type { SessionList } from "../../signup/session-list.ts";
import { SESSION_STATUSES } from "../../signup/signup-session.ts";
import { callerOf } from "../middleware/caller.ts";
import {
  pageFields,
  parseQuery,
  phoneNumberField,
  referenceField,
} from "../middleware/validate.ts";
import { sessionView } from "./session-view.ts";

export const getSignupSessionsQuery = z.strictObject({
  ...pageFields,
  status: z.enum(SESSION_STATUSES).optional(),
  reference: referenceField.optional(),
  phoneNumber: phoneNumberField.optional(),
});

/** The caller's sessions, newest first. */
export function getSignupSessions(sessions: SessionList, clock: Clock): RequestHandler {
  return async (request, response) => {
    const query = definedOnly(parseQuery(getSignupSessionsQuery, request));
    const page = await sessions.find(callerOf(response).userId, query);
    const now = clock.now();
    response.json({
      success: true,
      sessions: page.sessions.map((session) => sessionView(session, now)),
      nextCursor: page.nextCursor,
    });
  };
}
