import { z } from "zod";
import * as examples from "../openapi/examples.ts";
import { IDEMPOTENCY_HEADER, REPLAYED_HEADER } from "../openapi/idempotency-headers.ts";
import { BODY_PROBLEMS, json, type Operation } from "../openapi/operation.ts";
import { getSignupSessionsQuery } from "./get-signup-sessions.ts";
import { createSignupSessionBody } from "./post-create-signup-session.ts";
import { createdSessionSchema, sessionSchema, sessionsSchema } from "./session-schema.ts";

const path = z.object({ id: z.string().meta({ description: "The session's id" }) });

const create: Operation = {
  method: "post",
  path: "/whatsapp/create-signup-session",
  id: "createSignupSession",
  tag: "Signup sessions",
  access: "saas",
  summary: "Make a session and the link that starts it",
  description:
    "What the button calls. `signupUrl` is for the customer's browser; `launch` is for a frontend that opens Meta's popup itself. A repeat with the same `Idempotency-Key` gives the same session a further link; both count.",
  params: { header: IDEMPOTENCY_HEADER },
  body: json(createSignupSessionBody, {
    number: {
      phoneNumber: "+5511987654321",
      displayName: "Panadería Sol",
      reference: "customer-42",
    },
    nothing: {},
  }),
  answers: {
    201: {
      description: "The session is made",
      content: json(createdSessionSchema, { created: examples.CREATED_SESSION }),
      headers: REPLAYED_HEADER,
      leadsTo: {
        operations: ["getSignupSession", "releaseSignupSession", "revokeSignupSession"],
        id: "sessionId",
      },
    },
  },
  problems: [
    ...BODY_PROBLEMS,
    "return_url_not_allowed",
    "integration_unknown",
    "phone_number_mismatch",
    "erasure_under_way",
    "idempotency_key_in_use",
    "idempotency_key_reused",
    "partner_solution_id_not_configured",
  ],
};

const list: Operation = {
  method: "get",
  path: "/whatsapp/signup-sessions",
  id: "listSignupSessions",
  tag: "Signup sessions",
  access: "saas",
  summary: "List sessions, newest first",
  params: { query: getSignupSessionsQuery },
  answers: {
    200: {
      description: "One page",
      content: json(sessionsSchema, {
        page: { success: true, sessions: [examples.SESSION_SUMMARY], nextCursor: null },
      }),
    },
  },
  problems: ["invalid_request"],
};

const get: Operation = {
  method: "get",
  path: "/whatsapp/signup-sessions/:id",
  id: "getSignupSession",
  tag: "Signup sessions",
  access: "saas",
  summary: "Read a session and what happened so far",
  params: { path },
  answers: {
    200: {
      description: "The session",
      content: json(sessionSchema, { opened: examples.SESSION_SHOWN }),
    },
  },
  problems: ["session_unknown"],
};

const revoke: Operation = {
  method: "delete",
  path: "/whatsapp/signup-sessions/:id",
  id: "revokeSignupSession",
  tag: "Signup sessions",
  access: "saas",
  summary: "Revoke the link",
  description: "Harmless to repeat; too late once the session is completed.",
  params: { path },
  answers: { 204: { description: "The session is revoked" } },
  problems: ["session_unknown", "session_used"],
};

const release: Operation = {
  method: "post",
  path: "/whatsapp/signup-sessions/:id/release",
  id: "releaseSignupSession",
  tag: "Signup sessions",
  access: "saas",
  summary: "Let another browser go on",
  description: "After completion too: then that browser sees and does no more.",
  params: { path, header: IDEMPOTENCY_HEADER },
  answers: { 204: { description: "No browser has the session", headers: REPLAYED_HEADER } },
  problems: [
    "invalid_request",
    "session_unknown",
    "session_revoked",
    "idempotency_key_in_use",
    "idempotency_key_reused",
  ],
};

export const sessionOperations: readonly Operation[] = [create, list, get, revoke, release];
