/** The two ways in which something reaches a number: each has its own webhook at Twilio. */
export const CHANNELS = ["sms", "voice"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The webhook of one channel; empty texts where nothing is set. An application outweighs the URL. */
export interface WebhookSettings {
  url: string;
  method: string;
  applicationSid: string;
}

/** A number at Twilio with where it is and what happens to what reaches it. */
export type HostedNumber = { sid: string; accountSid: string } & Record<Channel, WebhookSettings>;

type Instance = Record<"sid" | "accountSid" | "phoneNumber", string> &
  Record<`${Channel}${"Url" | "Method" | "ApplicationSid"}`, string | null>;

/** From the package's instance, whose types do not say what may be null. */
export function toHostedNumber(number: Instance): HostedNumber {
  return {
    sid: number.sid,
    accountSid: number.accountSid,
    sms: {
      url: number.smsUrl ?? "",
      method: number.smsMethod ?? "POST",
      applicationSid: number.smsApplicationSid ?? "",
    },
    voice: {
      url: number.voiceUrl ?? "",
      method: number.voiceMethod ?? "POST",
      applicationSid: number.voiceApplicationSid ?? "",
    },
  };
}

/** The same for an update; an empty text unsets. */
export function updateFields(changes: Partial<Record<Channel, Partial<WebhookSettings>>>) {
  return {
    ...prefixed("sms", changes.sms),
    ...prefixed("voice", changes.voice),
  };
}

function prefixed(channel: Channel, settings: Partial<WebhookSettings> = {}) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `${channel}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}
