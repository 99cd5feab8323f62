import type { Types } from "mongoose";
import type { PhoneNumberType } from "../config/schema.ts";
import type { ProblemActor, ProblemCode } from "../problems/catalogue.ts";
import type { FailedCall } from "../provider-message.ts";
import type { Health } from "./health.ts";
import type { PROVIDER } from "./ours.ts";
import type { Examination, OwnershipConflict } from "./ownership.ts";

export const INTEGRATION_STATUSES = ["pending", "linked", "error", "disconnected"] as const;
/**
 * `linked` only while Twilio says ONLINE; `pending` while the service works or waits; `error` when
 * nothing happens without a person.
 */
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

export const STEPS = [
  "subaccount",
  "number",
  "sender",
  "verification",
  "online",
  "disconnecting",
  "done",
] as const;
export type Step = (typeof STEPS)[number];

export const WAITED_FOR = [
  "customer",
  "operator",
  "twilio",
  "meta",
] as const satisfies ProblemActor[];
export type WaitingFor = (typeof WAITED_FOR)[number];

/**
 * Why a registration does not go on; the texts come from the problem catalogue by `code`. What it
 * has of a FailedCall is the operator's alone.
 */
export interface RegistrationError extends FailedCall {
  code: ProblemCode;
  actor: ProblemActor;
  /** True while the service itself tries again; otherwise whether the same can succeed later. */
  retryable: boolean;
  /** The code of Twilio or Meta, as it was received. */
  providerCode?: string;
  /** Who was waited for until the time was up. */
  awaited?: ProblemActor;
}

/**
 * What the customer's last accepted callback asked for, beside the WABA, which is \`meta.wabaId\`.
 * Replaced as one set.
 */
export interface RegistrationTarget {
  sessionId: string;
  /** When the callback took its session, by the database's clock. */
  takenAt: Date;
  sessionCreatedAt: Date;
  /**
   * Meta showed this very number in the WABA as verified or connected, in this callback or in an
   * earlier one for the same WABA; a disconnect ends it.
   */
  numberShown: boolean;
  /** A subaccount named by the callback; a hint from a browser, see the subaccount step. */
  givenSubaccountSid?: string;
}

/** The right to work on an integration until `until`. It saves work; the token makes writes safe. */
export interface Lease {
  owner: string;
  token: string;
  until: Date;
  /** When it was taken, by the database's clock: what intents are compared with. */
  claimedAt: Date;
}

export type IntentKind = "create_sender" | "update_sender" | "delete_sender" | "move_number";

/**
 * A call to Twilio that changes something, recorded before it is sent. While it stands, its outcome
 * is unknown; once the call's time and the settling time have passed since `at`, a listing tells it
 * (docs/contract.md section 4).
 */
export interface Intent {
  id: string;
  kind: IntentKind;
  /** By the database's clock, so that processes with wrong clocks agree on it. */
  at: Date;
  subaccountSid: string;
  wabaId: string;
  senderId?: string;
}

/** A sender that must not stay: of an earlier WABA, a duplicate, or one that nobody recorded. */
export interface SenderToRemove {
  subaccountSid: string;
  senderId: string;
}

/** The one-time code's story; the code itself is never kept. */
export interface Verification {
  /** How the customer asked for the code, where it did. */
  method?: "sms" | "voice";
  /** When a code was last asked for by the customer. */
  requestedAt?: Date;
  /** The code that the next sender brings is counted already. */
  isCounted?: boolean;
  /** When a code was handed to Twilio whose outcome is not known yet; by the database's clock. */
  submittedAt?: Date;
  /** When a poll after that first showed that Twilio is done with it; by the database's clock. */
  seenAt?: Date;
  /** Twilio takes no more codes before this. */
  blockedUntil?: Date;
}

/** The last try to give the sender another webhook, until the sender shows that it has it. */
export interface WebhookTry {
  senderId: string;
  /** SHA-256 of what it was to be; the addresses may carry secrets. */
  wanted: string;
  /** Twilio's answer; absent while the outcome is unknown or Twilio was out of reach. */
  outcome?: "taken" | "refused";
  /** From when it is asked for again, should the sender still have another one. */
  againAt?: Date;
  /** Why Twilio did not take it. */
  refusal?: ProblemCode;
  providerCode?: string;
}

export interface FormerSubaccount {
  sid: string;
  /** The number was disconnected there before it was connected anew. */
  released: boolean;
}

/** The part of a FailedCall is the operator's alone. */
export interface HistoryEntry extends FailedCall {
  at: Date;
  event: string;
  step?: string;
  senderStatus?: string;
  code?: string;
  providerCode?: string;
  /** The operator's words. */
  reason?: string;
}

/**
 * What polls found of the recorded sender, all of it forgotten with that sender. Times are the
 * database's, as every time that decides about a sender.
 */
export interface SenderFindings {
  offlineReasons?: { code: string; message: string }[];
  offlineSince?: Date;
  /** Since when it is OFFLINE with a reason. */
  reasonsSince?: Date;
  /** Since when Twilio shows it under another WABA. */
  otherWabaSince?: Date;
  /** Since when Twilio does not show it. */
  missingSince?: Date;
  /** Its SID, where another is to be made in its place should it still be OFFLINE. */
  replaceIfOffline?: string;
}

/** How the number comes to its sender, and what is known of it. */
export interface Registration {
  /** Raised by every change of the target; a worker's write must match it. */
  generation: number;
  target: RegistrationTarget;
  displayName?: string;
  /** The owner's token said that this number is assigned to it. */
  numberAssigned: boolean;
  step: Step;
  senderStatus?: string;
  sender?: SenderFindings;
  /** The last sender that was ONLINE; kept when it is gone. */
  onlineSender?: string;
  /** Failed tries of this step since the last progress, without those of \`outages\`. */
  attempts: number;
  nextAttemptAt?: Date;
  waitingFor?: WaitingFor;
  waitingSince?: Date;
  error?: RegistrationError;
  deadlineAt: Date;
  disconnectedAt?: Date;
  conflict?: OwnershipConflict;
  /** Subaccounts that served this number before. */
  formerSubaccounts: FormerSubaccount[];
  verification?: Verification;
  history: HistoryEntry[];
  updatedAt: Date;
}

export const QUEUES = ["registration", "check"] as const;
/** \`check\`: what was linked and is only polled now and then. */
export type Queue = (typeof QUEUES)[number];

/** What the worker has to do for the integration, and who is at it: its own affair. */
export interface WorkerState {
  queue: Queue;
  /** From when it stands in the queue; absent when nothing is to be done. */
  dueAt?: Date;
  lease?: Lease;
  intent?: Intent;
  /** Tries since the last progress that failed on an outage or a rate limit of Twilio. */
  outages: number;
  /** Polls of the sender since the last progress; spreads the next ones. */
  polls: number;
  sendersToRemove: SenderToRemove[];
  /** Since when Twilio does not show the subaccount of what has to be removed or looked for. */
  subaccountMissingSince?: Date;
  examination?: Examination;
  webhook?: WebhookTry;
  /** The integration that goes on once this one is disconnected, by the operator's decision. */
  handOverTo?: string;
}

export interface IntegrationMeta {
  wabaId: string;
  twilioSubaccountSid?: string;
  facebookBusinessId?: string;
  senderId?: string;
  registeredVia: "twilio_embedded_signup";
  phoneNumberType: PhoneNumberType;
  wabaProof: "meta" | "twilio";
  /** Meta's id of the number; present when its popup ended with one, verified or not. */
  phoneNumberId?: string;
}

/** One WhatsApp number of one owner, as stored and as other services read it. */
export interface Integration {
  _id: Types.ObjectId;
  userId: string;
  provider: typeof PROVIDER;
  /** The number, canonical E.164, in the spelling of its first write. */
  externalId: string;
  status: IntegrationStatus;
  /** The caller's own id, from the last signup that had one. */
  reference?: string;
  meta: IntegrationMeta;
  /** Where a check of the linked number showed it. */
  health?: Health;
  registration: Registration;
  work: WorkerState;
  createdAt: Date;
  updatedAt: Date;
}
