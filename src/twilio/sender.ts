import { z } from "zod";
import { cleanMessage } from "../provider-message.ts";

/** A sender's webhook in the wire's own names; what is not set is absent. */
export interface SenderWebhook {
  callback_url?: string;
  callback_method?: string;
  fallback_url?: string;
  fallback_method?: string;
  status_callback_url?: string;
  status_callback_method?: string;
}

/** A WhatsApp sender as the service looks at it. */
export interface Sender {
  sid: string;
  status: string;
  senderId: string;
  wabaId: string | undefined;
  /** In Twilio's words, cleaned. */
  offlineReasons: { code: string; message: string }[];
  /** Absent where Twilio does not show it; empty where none of it is set. */
  webhook?: SenderWebhook;
  /** How the number stands at WhatsApp, in Twilio's words; what is not shown is absent. */
  health: { displayNameStatus?: string; qualityRating?: string; messagingLimit?: string };
}

const nullable = z.string().nullish();

/** A sender in an answer of the Senders API. */
export const senderSchema = z.object({
  sid: z.string(),
  // An open set: Twilio adds statuses, and one that is unknown today is kept and shown.
  status: z.string(),
  sender_id: z.string(),
  configuration: z.object({ waba_id: nullable }).nullish(),
  offline_reasons: z.array(z.object({ code: z.coerce.string(), message: nullable })).nullish(),
  // Newer than the schema that Twilio publishes.
  pending_display_name_status: nullable,
  properties: z.object({ quality_rating: nullable, messaging_limit: nullable }).nullish(),
  webhook: z
    .object({
      callback_url: nullable,
      callback_method: nullable,
      fallback_url: nullable,
      fallback_method: nullable,
      status_callback_url: nullable,
      status_callback_method: nullable,
    })
    .nullish(),
});

/** The parts of an answer that the service looks at. */
export function toSender(sender: z.infer<typeof senderSchema>): Sender {
  return {
    sid: sender.sid,
    status: sender.status,
    senderId: sender.sender_id,
    wabaId: sender.configuration?.waba_id ?? undefined,
    offlineReasons: (sender.offline_reasons ?? []).map(({ code, message }) => ({
      code,
      message: cleanMessage(message ?? ""),
    })),
    health: healthOf(sender),
    ...(sender.webhook ? { webhook: withoutEmpty(sender.webhook) } : {}),
  };
}

/** Longer than any word of Twilio's that is known. */
const WORDS_MAX_LENGTH = 100;

function healthOf({
  pending_display_name_status: displayNameStatus,
  properties,
}: z.infer<typeof senderSchema>): Sender["health"] {
  const words = {
    displayNameStatus,
    qualityRating: properties?.quality_rating,
    messagingLimit: properties?.messaging_limit,
  };
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, text]) =>
      text ? [[name, text.slice(0, WORDS_MAX_LENGTH)]] : [],
    ),
  );
}

function withoutEmpty(fields: Record<string, string | null | undefined>): SenderWebhook {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}
