import type { PhoneNumberType } from "../config/schema.ts";
import type { ProblemCode } from "../problems/catalogue.ts";
import type { Locale } from "../problems/locales.ts";
import type { FailedCall } from "../provider-message.ts";
import type { BrowserEvents } from "./browser-events.ts";

/** What is stored. `expired` is never stored: it is what the clock says of an unfinished one. */
export const STORED_SESSION_STATUSES = [
  "created",
  "opened",
  "completed",
  "cancelled",
  "failed",
  "revoked",
] as const;
export type StoredSessionStatus = (typeof STORED_SESSION_STATUSES)[number];
export const SESSION_STATUSES = [...STORED_SESSION_STATUSES, "expired"] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** From these a signup can go on; only success and revocation end a session before its time. */
export const UNFINISHED: readonly StoredSessionStatus[] = [
  "created",
  "opened",
  "cancelled",
  "failed",
];

export interface TimelineEntry {
  at: Date;
  event: string;
  data?: Record<string, string>;
}

/** A callback's values in canonical form, compared when the callback is repeated. */
export interface CallbackValues {
  phoneNumber: string;
  wabaId: string;
  facebookBusinessId?: string;
  subaccountSid?: string;
  phoneNumberId?: string;
  displayName?: string;
}

/** Why Meta's proof was not had, for the operator: no answer to the owner or a browser shows it. */
export interface ProofFailure extends FailedCall {
  at: Date;
  code: ProblemCode;
  providerCode?: string;
}

/** How it is known that the customer owns the WABA, and what Meta said of the number in it. */
export interface WabaProof {
  by: "meta" | "twilio";
  /** Meta showed the number in the WABA as verified or connected, not only as added. */
  numberShown: boolean;
  /** As Meta writes the number, canonical; present where the callback named its id. */
  numberAtMeta?: string;
}

/** One attempt of one owner to connect a number. Everything a callback may not decide is in here. */
export interface SignupSession {
  _id: string;
  userId: string;
  /** The caller's own id for what is connected; given back wherever the session or its integration is. */
  reference?: string;
  accountName?: string;
  /** Numbers that the owner's token names as assigned to it, canonical. */
  assignedNumbers: string[];
  phoneNumber?: string;
  /** The key of the number's line, by which all its sessions are found. */
  line?: string;
  /** True while the number is one that the customer typed on the page. */
  phoneNumberTyped?: boolean;
  phoneNumberType: PhoneNumberType;
  displayName?: string;
  /** True while the name is one that the customer typed on the page. */
  displayNameTyped?: boolean;
  locale: Locale;
  /** The language is the caller's or the customer's choice, not only the default. */
  localeChosen?: boolean;
  returnUrl: string;
  failureUrl: string;
  /** The integration that is connected again, later the one that the callback led to. */
  integrationId?: string;
  /** The number as that integration keeps it, which is what the browser's way back says. */
  externalId?: string;
  /** Of each payload that stands for the session, newest last; see `PAYLOADS_LIMIT`. */
  payloadHashes: string[];
  status: StoredSessionStatus;
  createdAt: Date;
  linkExpiresAt: Date;
  /** The limit in force: the link's until the start, the session's after it. */
  expiresAt: Date;
  browserHash?: string;
  openedAt?: Date;
  callback?: CallbackValues;
  proof?: WabaProof;
  /** The latest failed proofs. */
  proofFailures?: ProofFailure[];
  /** When the callback took the session, by the database's clock. */
  takenAt?: Date;
  /**
   * Set from the taking until the callback has become an integration; the sweep looks for this field.
   * After a failed try it is the time of the next one.
   */
  awaitsIntegrationSince?: Date;
  /** While a callback asks Meta for the proof, others wait. */
  hold?: { token: string; until: Date };
  /** What the service itself did and saw. */
  timeline: TimelineEntry[];
  /** What the browser reported, which proves nothing. */
  browserEvents?: Partial<BrowserEvents>;
  /** Set until the worker has checked whether the session expired before it came to an end. */
  endAwaited?: Date;
  /** Until then the session is kept for its link, for repeats and for support; then it is deleted. */
  keptUntil: Date;
}

/** Payloads that stand for one session: each repeated request for it adds one, and the oldest falls off. */
export const PAYLOADS_LIMIT = 20;

/** How long a session is kept after its last event and after the end of its link. */
export const KEPT_MS = 30 * 24 * 60 * 60_000;

/** The status at `now`: an unfinished session past its time is expired. */
export function sessionStatus(session: SignupSession, now: Date): SessionStatus {
  const unfinished = UNFINISHED.includes(session.status);
  return unfinished && session.expiresAt <= now ? "expired" : session.status;
}

/** Whether a text has the form of a session's id. */
export function isSessionId(text: string): boolean {
  return /^wss_[0-9a-f]{24}$/.test(text);
}

/** What the SaaS is told of a session wherever the browser comes back to it. */
export function returnParameters({ _id, reference }: SignupSession): Record<string, string> {
  return { sessionId: _id, ...(reference === undefined ? {} : { reference }) };
}

/** No browser has it: the link can be started for as long as a link lives. */
export function unbound({ linkExpiresAt, expiresAt }: SignupSession, status: StoredSessionStatus) {
  return {
    $set: {
      status,
      expiresAt: new Date(Math.max(linkExpiresAt.getTime(), expiresAt.getTime())),
      endAwaited: linkExpiresAt,
    },
    $unset: { browserHash: 1 as const },
  };
}

/** Whether the signup can still be brought to its end. */
export function isUnfinished(session: SignupSession, now: Date): boolean {
  return UNFINISHED.includes(session.status) && session.expiresAt > now;
}

const PROOF_FAILURES_LIMIT = 10;

/** The update that adds a failed proof to the latest ones. */
export function proofFailurePush(failure: ProofFailure) {
  return { $push: { proofFailures: { $each: [failure], $slice: -PROOF_FAILURES_LIMIT } } };
}

/** Entries kept on one session; older ones fall off. */
export const TIMELINE_LIMIT = 100;
/** A browser can cause entries in any number; above this they are left out and push off no other. */
const REPEATABLE_LIMIT = 60;

/** Whether there is room for one more entry that a browser can cause again and again. */
export function hasRoom({ timeline }: SignupSession): boolean {
  return timeline.length < REPEATABLE_LIMIT;
}

/** The update operator that adds an entry to the bounded timeline. */
export function timelinePush(entry: TimelineEntry) {
  return { timeline: { $each: [entry], $slice: -TIMELINE_LIMIT } };
}
