import { z } from "zod";
import {
  SMS_WEBHOOK_PATH,
  TRANSCRIPTION_WEBHOOK_PATH,
  VOICE_WEBHOOK_PATH,
} from "../../code-relay/urls.ts";
import type { Operation } from "../openapi/operation.ts";

const fields = z.looseObject({});

function webhook(method: "get" | "post", path: string, id: string, summary: string): Operation {
  return {
    method,
    path,
    id,
    tag: "Webhooks",
    access: "twilio",
    summary,
    ...(method === "post"
      ? { body: { "application/x-www-form-urlencoded": { schema: fields, examples: {} } } }
      : {}),
    answers: {
      200: {
        description: "What Twilio does next, as TwiML",
        content: { "text/xml": { schema: z.string(), examples: {} } },
      },
    },
    problems: [
      "webhook_signature_invalid",
      "invalid_request",
      "payload_too_large",
      "twilio_rate_limited",
      "twilio_unavailable",
    ],
  };
}

export const webhookOperations: readonly Operation[] = [
  webhook("get", SMS_WEBHOOK_PATH, "messageByGet", "A message to a number in a signup"),
  webhook("post", SMS_WEBHOOK_PATH, "message", "A message to a number in a signup"),
  webhook("get", VOICE_WEBHOOK_PATH, "callByGet", "A call to such a number"),
  webhook("post", VOICE_WEBHOOK_PATH, "call", "A call to such a number"),
  webhook("post", TRANSCRIPTION_WEBHOOK_PATH, "transcription", "What the call said"),
];
