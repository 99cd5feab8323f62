import { z } from "zod";
import { PHONE_NUMBER_TYPES } from "../../config/schema.ts";
import { INTEGRATION_STATUSES, STEPS } from "../../integrations/integration.ts";
import { ACTORS, problemFields } from "../openapi/problem-schema.ts";

const at = z.iso.datetime();

const waitingFor = z.enum(["customer", "operator", "twilio", "meta"]).nullable().meta({
  description: "Who is awaited; null where nobody is",
});

const error = z
  .object({
    ...problemFields,
    retryable: z.boolean().meta({ description: "The service itself tries again" }),
    providerCode: z.string().optional().meta({ description: "Twilio's or Meta's own code" }),
    awaited: z
      .enum(ACTORS)
      .optional()
      .meta({ description: "Who was waited for until the time was up" }),
  })
  .meta({ id: "RegistrationError", description: "Why it does not go on, and who does what" });

const historyEntry = z.object({
  at,
  event: z.string(),
  step: z.string().optional(),
  senderStatus: z.string().optional(),
  code: z.string().optional(),
  providerCode: z.string().optional(),
  reason: z.string().optional().meta({ description: "The operator's words" }),
});

const registration = z.object({
  step: z.enum(STEPS),
  senderStatus: z.string().nullable().meta({ description: "As Twilio says it, last time" }),
  attempts: z
    .int()
    .min(0)
    .meta({ description: "Failed tries of this step since the last progress" }),
  nextAttemptAt: at.nullable(),
  waitingFor,
  waitingSince: at.nullable(),
  usualDurationSeconds: z.int().min(0).nullable(),
  error: error.nullable(),
  offlineReasons: z.array(z.object({ code: z.string() })).optional(),
  history: z.array(historyEntry).meta({ description: "The last 50 entries, oldest first" }),
  updatedAt: at,
});

const meta = z.object({
  wabaId: z.string(),
  twilioSubaccountSid: z.string().optional(),
  facebookBusinessId: z.string().optional(),
  senderId: z.string().optional().meta({ description: "SID of Twilio's sender" }),
  registeredVia: z.literal("twilio_embedded_signup"),
  phoneNumberType: z.enum(PHONE_NUMBER_TYPES),
  wabaProof: z.enum(["meta", "twilio"]).meta({ description: "Who showed that the WABA is theirs" }),
  phoneNumberId: z.string().optional().meta({ description: "Meta's id of the number" }),
});

const health = z
  .object({
    displayNameStatus: z
      .string()
      .optional()
      .meta({ description: "Of a display name that is under review, or was lately" }),
    qualityRating: z.string().optional(),
    messagingLimit: z.string().optional(),
    checkedAt: at,
  })
  .meta({ id: "Health", description: "How the number stands at WhatsApp, in Twilio's words" });

export const integrationSchema = z
  .object({
    id: z.string(),
    provider: z.literal("whatsapp"),
    externalId: z.string().meta({ description: "The number, E.164" }),
    status: z.enum(INTEGRATION_STATUSES).meta({
      description:
        "`linked` only while Twilio says ONLINE; `pending` while the service works or waits; `error` when nothing happens without a person",
    }),
    reference: z.string().optional().meta({ description: "Your own id, from the last signup" }),
    meta,
    health: health.optional(),
    registration,
    createdAt: at,
    updatedAt: at,
  })
  .meta({ id: "Integration", description: "One WhatsApp number of one owner" });

export const integrationsSchema = z
  .object({
    success: z.literal(true),
    integrations: z.array(integrationSchema),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "For the next page; null on the last one" }),
  })
  .meta({ id: "IntegrationList", description: "One page of an owner's numbers" });
