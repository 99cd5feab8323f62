import { z } from "zod";
import { callbackFields, POST_ONLY } from "../../onboarding/callback-values.ts";
import * as examples from "../openapi/examples.ts";
import { json, type Answer, type Operation } from "../openapi/operation.ts";

const acceptedSchema = z
  .object({
    success: z.literal(true),
    status: z.literal("pending"),
    sessionId: z.string(),
    integrationId: z.string(),
    redirectUrl: z.url().meta({ description: "Where the customer's browser goes on" }),
  })
  .meta({ id: "AcceptedCallback" });

const parameters = z
  .object({
    payload: z.string().meta({ description: "From the signup's link" }),
    code: z.string().meta({ description: "Meta's, which lives 30 seconds" }),
    error: z.string().meta({ description: "The popup ended without a result" }),
    error_description: z.string(),
  })
  .extend(callbackFields.shape)
  .partial();

const inQuery = parameters.omit({ code: true, phoneNumberId: true, displayName: true });

const example = {
  payload: "…",
  WhatsAppBusinessAccountId: "111222333444555",
  TwilioNumber: "+5511987654321",
  FacebookBusinessId: "900000000000009",
};

const redirect: Answer = {
  description: "For a browser: to `returnUrl`, or after a failure to `failureUrl`",
  headers: z.object({ Location: z.url().meta({ description: "Carries what the SaaS is told" }) }),
};

const answers = {
  200: {
    description: "For a program (`Accept: application/json`): the integration is pending",
    content: json(acceptedSchema, { accepted: examples.ACCEPTED }),
    leadsTo: {
      operations: ["getIntegration", "retryIntegration", "disconnectIntegration"],
      id: "integrationId",
    },
  },
  303: redirect,
};

const problems = [
  "invalid_request",
  "payload_too_large",
  "unauthenticated",
  "authentication_unavailable",
  "signup_cancelled",
  "signup_failed",
  "waba_proof_missing",
  "browser_mismatch",
  "waba_not_authorised",
  "session_unknown",
  "session_used",
  "phone_number_mismatch",
  "coexistence_unsupported",
  "number_already_linked",
  "busy",
  "session_expired",
  "session_revoked",
  "meta_unavailable",
  "meta_app_rejected",
] as const;

const shared = {
  path: "/whatsapp/onboarding-callback",
  tag: "Callback",
  access: "callback",
  answers,
  problems,
} as const;

const byGet: Operation = {
  ...shared,
  method: "get",
  id: "onboardingCallbackRedirect",
  summary: "Receive the popup's result, as a redirect brings it",
  params: { query: inQuery },
};

const byPost: Operation = {
  ...shared,
  method: "post",
  id: "onboardingCallback",
  summary: "Receive the popup's result",
  description: `From the browser that started the session, or with a token of its owner. A repeat with the same values gets the same answer. Only a POST may carry ${POST_ONLY.map((name) => `\`${name}\``).join(", ")}.`,
  body: {
    ...json(parameters, { result: { ...example, code: "…" } }),
    "application/x-www-form-urlencoded": { schema: parameters, examples: { result: example } },
  },
};

export const callbackOperations: readonly Operation[] = [byGet, byPost];
