import {
  CHANNELS,
  type Channel,
  type HostedNumber,
  type WebhookSettings,
} from "../twilio/hosted-numbers.ts";
import type { FormerSettings, NumberRelay, RelaySession } from "./number-relay.ts";

/** What is to be done at Twilio for one number, and what to remember of it. */
export interface WebhookPlan {
  /** Saved before anything is changed. */
  former: NonNullable<NumberRelay["former"]>;
  /** Sent to Twilio; empty when the number is as it should be. */
  changes: Partial<Record<Channel, Partial<WebhookSettings>>>;
  /** Put back, or left to somebody else's later change. */
  over: Channel[];
}

export type OurUrls = Record<Channel, string>;

/** The channels whose webhooks were changed and not put back yet. */
export function changedChannels({ former }: Pick<NumberRelay, "former">): Channel[] {
  return CHANNELS.filter((channel) => former?.[channel] && !former[channel].putBackAt);
}

/** Decides from the number as it is at Twilio and the sessions that are in it now. */
export function planWebhooks(
  relay: Pick<NumberRelay, "former">,
  active: readonly RelaySession[],
  number: HostedNumber,
  ourUrls: OurUrls,
): WebhookPlan {
  const plan: WebhookPlan = { former: {}, changes: {}, over: [] };
  const changed = changedChannels(relay);
  for (const channel of CHANNELS) {
    const wanting = active.filter((session) => session.channel === channel);
    const present = number[channel];
    const former = relay.former?.[channel];
    if (wanting.some((session) => !session.joined)) {
      const isKept = changed.includes(channel) && former?.ourUrl === ourUrls[channel];
      if (isKept && isOurs(present, ourUrls[channel])) continue;
      plan.former[channel] = toRemember(present, former, ourUrls[channel]);
      plan.changes[channel] = { url: ourUrls[channel], method: "POST", applicationSid: "" };
    } else if (wanting.length === 0 && former && changed.includes(channel)) {
      const back = toPutBack(present, former);
      if (back) plan.changes[channel] = back;
      plan.over.push(channel);
    }
  }
  return plan;
}

function isOurs(present: WebhookSettings, ourUrl: string): boolean {
  return present.url === ourUrl && present.applicationSid === "";
}

/** Our own address, of now or of an earlier `PUBLIC_URL`, is never what was there before. */
function toRemember(
  present: WebhookSettings,
  former: FormerSettings | undefined,
  ourUrl: string,
): FormerSettings {
  const isOurUrl = present.url === ourUrl || present.url === former?.ourUrl;
  const address = isOurUrl
    ? { url: former?.url ?? "", method: former?.method ?? "POST" }
    : { url: present.url, method: present.method };
  const applicationSid =
    isOurUrl && present.applicationSid === "" && former
      ? former.applicationSid
      : present.applicationSid;
  return { ...address, applicationSid, ourUrl };
}

/** Only what still is as we made it is put back. */
function toPutBack(
  present: WebhookSettings,
  former: FormerSettings,
): Partial<WebhookSettings> | undefined {
  if (present.url !== former.ourUrl) return undefined;
  return {
    url: former.url,
    method: former.method,
    ...(present.applicationSid === "" ? { applicationSid: former.applicationSid } : {}),
  };
}
