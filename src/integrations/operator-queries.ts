import { spellingsOf } from "../phone-number.ts";
import type { ProblemCode } from "../problems/catalogue.ts";
import type { IntegrationChange } from "./change.ts";
import type { IntegrationStatus, Step, WaitingFor } from "./integration.ts";
import { heldByNobody } from "./lease.ts";
import { OURS } from "./ours.ts";

/** What support may know of a number. */
export type IntegrationTerm =
  | { kind: "id"; id: string }
  | { kind: "number"; phoneNumbers: readonly string[] }
  | { kind: "owner"; userId: string }
  | { kind: "waba"; wabaId: string }
  | { kind: "subaccount"; sid: string }
  | { kind: "sender"; sid: string };

/** The integrations that a term means, of every owner. */
export function meantBy(term: IntegrationTerm) {
  switch (term.kind) {
    case "id":
      return { ...OURS, _id: term.id };
    case "number":
      return { ...OURS, externalId: { $in: term.phoneNumbers.flatMap(spellingsOf) } };
    case "owner":
      return { ...OURS, userId: term.userId };
    case "waba":
      return { ...OURS, "meta.wabaId": term.wabaId };
    case "subaccount":
      return { ...OURS, "meta.twilioSubaccountSid": term.sid };
    case "sender":
      return { ...OURS, "meta.senderId": term.sid };
  }
}

/** What an operator looks for among all integrations. */
export interface IntegrationFilter {
  status?: IntegrationStatus;
  step?: Step;
  waitingFor?: WaitingFor;
  /** Of its error. */
  code?: ProblemCode;
  /** Changed since then. */
  since?: Date;
}

/** The integrations that all of a filter holds for. */
export function passing({ status, step, waitingFor, code, since }: IntegrationFilter) {
  return {
    ...OURS,
    ...(status ? { status } : {}),
    ...(step ? { "registration.step": step } : {}),
    ...(waitingFor ? { "registration.waitingFor": waitingFor } : {}),
    ...(code ? { "registration.error.code": code } : {}),
    ...(since ? { updatedAt: { $gte: since } } : {}),
  };
}

/** How many there are of each status, step, awaited one and error: the groups of an aggregation. */
export const COUNTED_BY = {
  status: "$status",
  step: "$registration.step",
  waitingFor: "$registration.waitingFor",
  code: "$registration.error.code",
} as const;

/** The integration where the worker has something to do with it, now or later. */
export function inAQueue(id: string) {
  return { ...OURS, _id: id, "work.dueAt": { $exists: true } };
}

/** The worker takes it up at once. */
export function pollWanted(now: Date) {
  return { $set: { "work.dueAt": now } } satisfies IntegrationChange;
}

/**
 * The owner's integrations of which nothing is left at Twilio or to be done.
 * @param settledAt what changed later than then may still bring an effect at Twilio to light
 */
export function removable(userId: string, settledAt: Date, now: Date) {
  return {
    userId,
    ...OURS,
    status: "disconnected",
    "registration.updatedAt": { $lte: settledAt },
    "work.sendersToRemove.0": { $exists: false },
    "work.intent": { $exists: false },
    ...heldByNobody(now),
  } as const;
}
