import type { Json } from "../http/answer.ts";
import { isOnline } from "./sender-life.ts";
import type { Sender } from "./types.ts";

/** A sender as Twilio shows it. Its one-time code is never shown. */
export function senderBody(sender: Sender, origin: string): Json {
  const [{ status, offlineReasons }] = sender.phases;
  const { quality_rating, messaging_limit, pending_display_name_status } = sender.health;
  return {
    sid: sender.sid,
    status,
    sender_id: sender.senderId,
    friendly_name: sender.friendlyName,
    configuration: {
      waba_id: sender.configuration.waba_id,
      verification_method: sender.configuration.verification_method,
      verification_code: null,
      voice_application_sid: sender.configuration.voice_application_sid,
      account_type: sender.configuration.account_type,
    },
    ...(sender.hidesWebhook
      ? {}
      : {
          webhook: {
            callback_url: null,
            callback_method: "POST",
            fallback_url: null,
            fallback_method: "POST",
            status_callback_url: null,
            status_callback_method: "POST",
            ...sender.webhook,
          },
        }),
    profile: {
      name: null,
      about: null,
      address: null,
      description: null,
      logo_url: null,
      banner_url: null,
      privacy_url: null,
      terms_of_service_url: null,
      accent_color: null,
      vertical: null,
      websites: null,
      emails: null,
      phone_numbers: null,
      ...sender.profile,
    },
    ...(pending_display_name_status ? { pending_display_name_status } : {}),
    properties: isOnline(sender)
      ? { quality_rating, messaging_limit }
      : { quality_rating: null, messaging_limit: null },
    offline_reasons: offlineReasons ?? null,
    compliance: null,
    url: `${origin}/v2/Channels/Senders/${sender.sid}`,
  };
}
