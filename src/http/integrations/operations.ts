import { z } from "zod";
import * as examples from "../openapi/examples.ts";
import { IDEMPOTENCY_HEADER, REPLAYED_HEADER } from "../openapi/idempotency-headers.ts";
import { BODY_PROBLEMS, json, type Answer, type Operation } from "../openapi/operation.ts";
import { getIntegrationsQuery } from "./get-integrations.ts";
import { integrationSchema, integrationsSchema } from "./integration-schema.ts";
import { retryBody } from "./post-integration-retry.ts";
import { resendBody } from "./post-integration-verification-resend.ts";
import { verificationBody } from "./post-integration-verification.ts";

const path = z.object({ id: z.string().meta({ description: "The integration's id" }) });

const accepted: Answer = {
  description: "Stored; what comes of it shows on the integration",
  content: json(integrationSchema, { pending: examples.PENDING }),
};
const acceptedOnce: Answer = { ...accepted, headers: REPLAYED_HEADER };

const list: Operation = {
  method: "get",
  path: "/whatsapp/integrations",
  id: "listIntegrations",
  tag: "Integrations",
  access: "saas",
  summary: "List the owner's numbers, newest first",
  params: { query: getIntegrationsQuery },
  answers: {
    200: {
      description: "One page",
      content: json(integrationsSchema, {
        page: { success: true, integrations: [examples.LINKED], nextCursor: null },
      }),
    },
  },
  problems: ["invalid_request"],
};

const get: Operation = {
  method: "get",
  path: "/whatsapp/integrations/:id",
  id: "getIntegration",
  tag: "Integrations",
  access: "saas",
  summary: "Read one number: what is true, who is awaited, what to do",
  params: { path },
  answers: {
    200: {
      description: "The integration",
      content: json(integrationSchema, {
        linked: examples.LINKED,
        pending: examples.PENDING,
        error: examples.FAILED,
      }),
    },
  },
  problems: ["integration_unknown"],
};

const disconnect: Operation = {
  method: "delete",
  path: "/whatsapp/integrations/:id",
  id: "disconnectIntegration",
  tag: "Integrations",
  access: "saas",
  summary: "Take the number out of WhatsApp",
  description:
    "`disconnected` follows once Twilio confirms that the sender is gone. Harmless to repeat. The subaccount and a number at Twilio stay.",
  params: { path },
  answers: { 202: accepted },
  problems: ["integration_unknown"],
};

const CODE_PROBLEMS = [
  ...BODY_PROBLEMS,
  "integration_unknown",
  "not_in_state",
  "too_many_codes",
  "twilio_rate_limited",
  "twilio_unavailable",
] as const;

const verify: Operation = {
  method: "post",
  path: "/whatsapp/integrations/:id/verification",
  id: "submitVerificationCode",
  tag: "Integrations",
  access: "saas",
  summary: "Hand over the one-time code",
  description: "It goes to Twilio before the answer and is never stored.",
  params: { path },
  body: json(verificationBody, { code: { code: "482913" } }),
  answers: { 202: accepted },
  problems: CODE_PROBLEMS,
};

const resend: Operation = {
  method: "post",
  path: "/whatsapp/integrations/:id/verification/resend",
  id: "resendVerificationCode",
  tag: "Integrations",
  access: "saas",
  summary: "Have a new one-time code sent",
  params: { path, header: IDEMPOTENCY_HEADER },
  body: json(resendBody, { sms: { method: "sms" } }),
  answers: { 202: acceptedOnce },
  problems: [...CODE_PROBLEMS, "idempotency_key_in_use", "idempotency_key_reused"],
};

const retry: Operation = {
  method: "post",
  path: "/whatsapp/integrations/:id/retry",
  id: "retryIntegration",
  tag: "Integrations",
  access: "saas",
  summary: "Start again where it stopped",
  description: "In `error`, and in `pending` while it only waits for its next try.",
  params: { path, header: IDEMPOTENCY_HEADER },
  body: json(retryBody, { "other name": { displayName: "Panadería del Sol" }, nothing: {} }),
  answers: { 202: acceptedOnce },
  problems: [
    ...BODY_PROBLEMS,
    "integration_unknown",
    "not_in_state",
    "idempotency_key_in_use",
    "idempotency_key_reused",
  ],
};

export const integrationOperations: readonly Operation[] = [
  list,
  get,
  disconnect,
  verify,
  resend,
  retry,
];
