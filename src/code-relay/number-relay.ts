import type { Locale } from "../problems/locales.ts";
import type { Channel, WebhookSettings } from "../twilio/hosted-numbers.ts";

/** A code with its sender and time as it is kept: readable only with the browser's cookie. */
export interface KeptCode {
  /** Twilio's name of the message or call, which it may tell of more than once. */
  id: string;
  sealed: string;
  until: Date;
}

/** A recorded call at Twilio, which is deleted then at the latest. */
export interface NotedRecording {
  accountSid: string;
  until: Date;
}

/** A signup session for which the number's messages come to us. */
export interface RelaySession {
  userId: string;
  channel: Channel;
  locale: Locale;
  /** Of the browser that started it; another one does not get its codes. */
  browserHash: string;
  /** What codes are sealed to; only the browser's cookie opens them. */
  publicKey: string;
  /** When the session expires. */
  until: Date;
  /** The number's webhook points at us since. */
  joined: boolean;
  /** The last ones, the newest at the end. */
  codes?: KeptCode[];
}

/** What a webhook of the number was before it was ours. */
export interface FormerSettings extends WebhookSettings {
  /** The address that took its place. */
  ourUrl: string;
  /** In force again since; still kept for what was on its way to us. */
  putBackAt?: Date;
}

/**
 * One number whose webhook points at us while signups go on. Sessions and codes come at any time and
 * raise `revision`; what is done at Twilio is done by whoever has the lease.
 */
export interface NumberRelay {
  /** The key of the number's line, since Twilio may write it otherwise than the customer. */
  _id: string;
  sessions: Record<string, RelaySession>;
  revision: number;
  /** Where the number was seen last; it may have been moved since. */
  accountSid?: string;
  former?: Partial<Record<Channel, FormerSettings>>;
  /** By their SIDs. */
  recordings?: Record<string, NotedRecording>;
  /** Failed tries in a row. */
  attempts: number;
  /** When somebody has to look; the lease's end while somebody does. */
  dueAt: Date;
  /** `claimedAt` and `intent.at` are the database's time. */
  lease?: { token: string; until: Date; claimedAt: Date };
  /** A change at Twilio whose outcome is unknown, and whether it is to put anything back. */
  intent?: { at: Date; putsBack: boolean };
  createdAt: Date;
}
