import { z } from "zod";
import * as examples from "../openapi/examples.ts";
import { BODY_PROBLEMS, json, type Operation } from "../openapi/operation.ts";
import { launchSchema } from "../signup-sessions/session-schema.ts";
import { eventBody } from "./post-signup-events.ts";
import { releaseBody } from "./post-signup-release.ts";
import { relayedCodeBody } from "./post-signup-relayed-code.ts";
import { retryInBrowserBody } from "./post-signup-retry.ts";
import { startBody } from "./post-signup-start.ts";
import { codeBody, newCodeBody } from "./post-signup-verification.ts";
import { relayedCodeSchema, statusSchema } from "./status-schema.ts";

const TAG = "The customer's browser";
const html = { "text/html": { schema: z.string(), examples: {} } };
const payload = "…";
const session = z.object({ session: z.string().meta({ description: "The session's id" }) });

const page: Operation = {
  method: "get",
  path: "/whatsapp/signup",
  id: "signupPage",
  tag: TAG,
  access: "visitor",
  summary: "The page behind a session's link",
  params: { query: z.object({ payload: z.string().optional(), lang: z.string().optional() }) },
  answers: {
    200: { description: "The page", content: html },
    404: { description: "The link is no link", content: html },
    409: { description: "The session is another browser's, or used", content: html },
    410: { description: "The session is over", content: html },
    503: { description: "Nothing can be connected at the moment", content: html },
  },
  problems: [],
};

/** Of calls that the session's link and its browser may make, while it is unfinished. */
const LINK_PROBLEMS = [
  ...BODY_PROBLEMS,
  "session_unknown",
  "browser_mismatch",
  "session_used",
  "session_expired",
  "session_revoked",
] as const;

const start: Operation = {
  method: "post",
  path: "/whatsapp/signup/start",
  id: "startSignup",
  tag: TAG,
  access: "page",
  summary: "Bind the session to this browser",
  body: json(startBody, { start: { payload, confirm: true } }),
  answers: {
    200: {
      description: "What opens the popup, or where the browser goes",
      content: json(
        z.union([
          z.object({ success: z.literal(true), launch: launchSchema }),
          z.object({ success: z.literal(true), redirectUrl: z.url() }),
        ]),
        {
          popup: { success: true, launch: examples.LAUNCH },
          redirect: { success: true, redirectUrl: "https://www.twilio.com/console" },
        },
      ),
    },
  },
  problems: [
    ...LINK_PROBLEMS,
    "session_in_use",
    "phone_number_mismatch",
    "partner_solution_id_not_configured",
    "busy",
  ],
};

const release: Operation = {
  method: "post",
  path: "/whatsapp/signup/release",
  id: "giveSignupBack",
  tag: TAG,
  access: "page",
  summary: "Unbind the session from this browser, so that its link works in another",
  body: json(releaseBody, { release: { payload } }),
  answers: { 204: { description: "Another browser may start it" } },
  problems: [...LINK_PROBLEMS, "busy"],
};

const report: Operation = {
  method: "post",
  path: "/whatsapp/signup/events",
  id: "reportSignupEvent",
  tag: TAG,
  access: "page",
  summary: "Keep what the popup reported, for support",
  body: json(eventBody, {
    cancelled: { payload, event: "CANCEL", data: { current_step: "PHONE" } },
  }),
  answers: { 204: { description: "Kept" } },
  problems: [...LINK_PROBLEMS, "session_ended"],
};

const relayedCode: Operation = {
  method: "post",
  path: "/whatsapp/signup/relayed-code",
  id: "readRelayedCode",
  tag: TAG,
  access: "page",
  summary: "Read the one-time code that reached the assigned number",
  body: json(relayedCodeBody, { ask: { payload } }),
  answers: {
    200: {
      description: "Whether a code came",
      content: json(relayedCodeSchema, { code: examples.RELAYED }),
    },
  },
  problems: [...BODY_PROBLEMS, "session_unknown", "browser_mismatch"],
};

const result: Operation = {
  method: "get",
  path: "/whatsapp/signup/result",
  id: "resultPage",
  tag: TAG,
  access: "visitor",
  summary: "The live status page",
  params: { query: session.extend({ code: z.string(), lang: z.string() }).partial() },
  answers: {
    200: { description: "The page", content: html },
    404: { description: "No such session", content: html },
    503: { description: "Not at the moment", content: html },
  },
  problems: [],
};

const BROWSER_PROBLEMS = ["session_unknown", "browser_mismatch", "not_in_state"] as const;

const status: Operation = {
  method: "get",
  path: "/whatsapp/signup/status",
  id: "customerStatus",
  tag: TAG,
  access: "page",
  summary: "How the registration is doing: once, or as server-sent events",
  params: { query: session.extend({ lang: z.string().optional() }) },
  answers: {
    200: {
      description: "The state",
      content: {
        ...json(statusSchema, { working: examples.CUSTOMER_STATUS }),
        "text/event-stream": { schema: z.string(), examples: {} },
      },
    },
  },
  problems: BROWSER_PROBLEMS,
};

const accepted = {
  202: {
    description: "Handed over; the state as it is now",
    content: json(statusSchema, { working: examples.CUSTOMER_STATUS }),
  },
};

const CODE_PROBLEMS = [
  ...BODY_PROBLEMS,
  ...BROWSER_PROBLEMS,
  "busy",
  "too_many_codes",
  "twilio_rate_limited",
  "twilio_unavailable",
] as const;

const verification: Operation = {
  method: "post",
  path: "/whatsapp/signup/verification",
  id: "submitCodeInBrowser",
  tag: TAG,
  access: "page",
  summary: "Hand over the one-time code",
  body: json(codeBody, { code: { session: "wss_0f9a1c2b3d4e5f6a7b8c9d0e", code: "482913" } }),
  answers: accepted,
  problems: CODE_PROBLEMS,
};

const resend: Operation = {
  method: "post",
  path: "/whatsapp/signup/verification/resend",
  id: "resendCodeInBrowser",
  tag: TAG,
  access: "page",
  summary: "Have a new one-time code sent",
  body: json(newCodeBody, { sms: { session: "wss_0f9a1c2b3d4e5f6a7b8c9d0e", method: "sms" } }),
  answers: accepted,
  problems: CODE_PROBLEMS,
};

const retry: Operation = {
  method: "post",
  path: "/whatsapp/signup/retry",
  id: "retryInBrowser",
  tag: TAG,
  access: "page",
  summary: "Start the registration again, perhaps with another name",
  body: json(retryInBrowserBody, {
    name: { session: "wss_0f9a1c2b3d4e5f6a7b8c9d0e", displayName: "Panadería del Sol" },
  }),
  answers: accepted,
  problems: [...BODY_PROBLEMS, ...BROWSER_PROBLEMS, "busy"],
};

const button: Operation = {
  method: "get",
  path: "/whatsapp/button.js",
  id: "button",
  tag: TAG,
  access: "anybody",
  summary: "The script of the button",
  answers: {
    200: {
      description: "The script",
      content: { "text/javascript": { schema: z.string(), examples: {} } },
    },
    304: { description: "The browser has it" },
  },
  problems: ["database_unavailable"],
};

export const signupOperations: readonly Operation[] = [
  page,
  start,
  release,
  report,
  relayedCode,
  result,
  status,
  verification,
  resend,
  retry,
  button,
];
