import type { Types } from "mongoose";
import type { HistoryEntry, Integration } from "./integration.ts";

type Value = string | number | boolean | Date | Types.ObjectId | readonly unknown[];

/** The dotted names of all that is in a part of the document. */
type PathsIn<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends Value
    ? K
    : K | `${K}.${PathsIn<NonNullable<T[K]>>}`;
}[keyof T & string];

/** Every dotted name in an integration. */
export type IntegrationPath = PathsIn<Integration>;

type ValueAt<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? ValueAt<NonNullable<T[K]>, Rest>
    : never
  : P extends keyof T
    ? NonNullable<T[P]>
    : never;

type Values = { readonly [P in IntegrationPath]?: ValueAt<Integration, P> };
type Names = { readonly [P in IntegrationPath]?: 1 };

/** A change of an integration, in MongoDB's operators; the compiler knows each name in it. */
export interface IntegrationChange {
  $set?: Values;
  $unset?: Names;
  $inc?: { readonly [P in IntegrationPath]?: number };
  $currentDate?: { readonly [P in IntegrationPath]?: true };
  $push?: { readonly [P in IntegrationPath]?: { $each: readonly unknown[]; $slice?: number } };
  $addToSet?: { readonly [P in IntegrationPath]?: unknown };
  $pull?: { readonly [P in IntegrationPath]?: object };
}

/** Several changes as one write; of two that set the same field, the later one holds. */
export function together(...changes: readonly IntegrationChange[]): IntegrationChange {
  const whole: Record<string, object> = {};
  for (const change of changes) {
    for (const [operator, fields] of Object.entries(change)) {
      whole[operator] = { ...whole[operator], ...(fields as object) };
    }
  }
  return whole;
}

/** The history kept on one integration; older entries fall off. */
export const HISTORY_LIMIT = 50;

/** The update operator that adds entries to the bounded history. */
export function historyPush(...entries: HistoryEntry[]) {
  return { "registration.history": { $each: entries, $slice: -HISTORY_LIMIT } };
}

/** Tries and polls are counted from the beginning. */
export const COUNT_AGAIN = {
  "registration.attempts": 0,
  "work.outages": 0,
  "work.polls": 0,
} as const satisfies Values;

/** A try that went well ends the count of the failed ones. */
export const UNTROUBLED = {
  "registration.attempts": 0,
  "work.outages": 0,
} as const satisfies Values;

/** What earlier polls found to be wrong with the sender. */
export const FORGET_DOUBTS = {
  "registration.sender.offlineSince": 1,
  "registration.sender.offlineReasons": 1,
  "registration.sender.reasonsSince": 1,
  "registration.sender.missingSince": 1,
  "registration.sender.otherWabaSince": 1,
} as const satisfies Names;

/** What Twilio said of the sender that was recorded. */
export const FORGET_STATUS = {
  "registration.senderStatus": 1,
  "registration.sender": 1,
  health: 1,
} as const satisfies Names;

/** The sender is not the number's any more, and nothing of it is known. */
export const FORGET_SENDER = { "meta.senderId": 1, ...FORGET_STATUS } as const satisfies Names;
