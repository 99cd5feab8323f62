export type AccountStatus = "active" | "suspended" | "closed";

export interface Account {
  sid: string;
  authToken: string;
  friendlyName: string;
  /** Its own SID for the parent account. */
  ownerAccountSid: string;
  status: AccountStatus;
  /** A trial cannot register senders. */
  type: "Full" | "Trial";
  createdAt: Date;
  updatedAt: Date;
  /** Milliseconds since the epoch from which listings show it. */
  listedFrom: number;
}

/** A phone number that Twilio hosts; the fields that an update can set. */
export interface NumberSettings {
  friendlyName: string;
  smsUrl: string | null;
  smsMethod: string | null;
  smsFallbackUrl: string | null;
  smsFallbackMethod: string | null;
  smsApplicationSid: string | null;
  voiceUrl: string | null;
  voiceMethod: string | null;
  voiceFallbackUrl: string | null;
  voiceFallbackMethod: string | null;
  voiceApplicationSid: string | null;
  statusCallback: string | null;
  statusCallbackMethod: string | null;
}

export interface IncomingNumber extends NumberSettings {
  sid: string;
  accountSid: string;
  /** The account whose listing still shows it, until `movedFrom`. */
  formerAccountSid: string;
  movedFrom: number;
  /** E.164. */
  phoneNumber: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface OfflineReason {
  code: string;
  message: string;
  more_info: string;
}

/** One stage of a sender's life. Without `forMs` and `forLooks` it lasts. */
export interface Phase {
  /** A status of Twilio's, a word it does not know yet, or `GONE`. */
  status: string;
  forMs?: number;
  /** How many reads still see this stage. */
  forLooks?: number;
  offlineReasons?: OfflineReason[];
}

/** How a sender answers one-time codes. */
export interface Verification {
  code: string;
  wrongTries: number;
  wrongTriesAllowed: number;
  /** Whether a wrong code is refused at once or accepted and then found wrong. */
  wrongCode: "later" | "refused";
  codesSent: number;
  codesAllowed: number;
}

export interface SenderConfiguration {
  waba_id: string | null;
  verification_method: string | null;
  voice_application_sid: string | null;
  account_type: string | null;
}

/** In the wire's own names; null is shown as null, and what is absent not at all. */
export interface SenderHealth {
  quality_rating: string | null;
  messaging_limit: string | null;
  pending_display_name_status?: string;
}

/** Of a number that nobody complains about. */
export const GOOD_HEALTH: SenderHealth = {
  quality_rating: "HIGH",
  messaging_limit: "1K Customers/24hr",
};

export interface Sender {
  sid: string;
  accountSid: string;
  /** `whatsapp:+…` */
  senderId: string;
  friendlyName: string | null;
  configuration: SenderConfiguration;
  webhook: Record<string, unknown>;
  /** What it shows of how the number stands, once it is ONLINE. */
  health: SenderHealth;
  /** Its body has no webhook, whatever it is. */
  hidesWebhook?: boolean;
  profile: Record<string, unknown>;
  phases: [Phase, ...Phase[]];
  enteredAt: number;
  looks: number;
  verification: Verification;
  createdAt: Date;
  listedFrom: number;
  /** Milliseconds since the epoch; null while it lives. */
  deletedAt: number | null;
}
