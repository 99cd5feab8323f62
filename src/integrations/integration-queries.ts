import { spellingsOf } from "../phone-number.ts";
import type { IntegrationModel } from "./integration-model.ts";
import type { SenderToRemove, Integration, Queue, WaitingFor } from "./integration.ts";
import { heldByNobody } from "./lease.ts";
import { OURS, PROVIDER } from "./ours.ts";
import type { Contested } from "./ownership.ts";

/** What is due in a queue: the first three fields of the index, the last of them a range. */
export function dueIn(queue: Queue, now: Date) {
  return {
    provider: PROVIDER,
    "work.queue": queue,
    "work.dueAt": { $lte: now },
  } as const;
}

/**
 * The one that is due longest: the first entry of the index, which is in this order. Of it, as much as
 * tells whether it is ours.
 */
export function longestDue(model: IntegrationModel, due: ReturnType<typeof dueIn>) {
  return model
    .findOne(due, { userId: 1, provider: 1, externalId: 1, "registration.generation": 1 })
    .sort({ "work.dueAt": 1 })
    .lean();
}

/** When the one that is due longest was due; of what is claimed, nothing is. */
export async function dueSince(
  model: IntegrationModel,
  queue: Queue,
  now: Date,
): Promise<Date | undefined> {
  const longest = await model
    .findOne(dueIn(queue, now), { "work.dueAt": 1 })
    .sort({ "work.dueAt": 1 })
    .lean<Pick<Integration, "work">>();
  return longest?.work.dueAt;
}

/** Those that wait for somebody, as the index has them. */
export function waitingFor(status: "pending" | "error", awaited: WaitingFor) {
  return { provider: PROVIDER, status, "registration.waitingFor": awaited } as const;
}

/** Since when the one waits that waits longest; nothing where none does. */
export async function waitingSince(
  model: IntegrationModel,
  waiting: ReturnType<typeof waitingFor>,
): Promise<Date | undefined> {
  const longest = await model
    .findOne(waiting, { "registration.waitingSince": 1 })
    .sort({ "registration.waitingSince": 1 })
    .lean<Pick<Integration, "registration">>();
  return longest?.registration.waitingSince;
}

/** The integration while it waits for a one-time code, and is still this signup's. */
export function awaitingCode({ registration }: Integration) {
  return {
    status: "pending",
    "registration.step": "verification",
    "registration.target.sessionId": registration.target.sessionId,
  } as const;
}

/** The integration as it was read, where nobody works on it. */
export function unchangedAndFree(integration: Integration, now: Date) {
  const { _id, status, registration, meta } = integration;
  return {
    _id,
    ...OURS,
    status,
    "registration.step": registration.step,
    "registration.generation": registration.generation,
    "meta.senderId": meta.senderId ?? null,
    ...heldByNobody(now),
  };
}

/** The integration as it was read, with all that a callback puts down of what was there. */
export function unchangedForCallback({ _id, status, meta, registration }: Integration) {
  return {
    _id,
    provider: PROVIDER,
    status,
    "meta.senderId": meta.senderId ?? null,
    "meta.twilioSubaccountSid": meta.twilioSubaccountSid ?? null,
    "registration.generation": registration.generation,
  };
}

/** The integration where a disconnect has something to begin: it is not under way without trouble. */
export function toDisconnect({ _id, userId }: Pick<Integration, "_id" | "userId">) {
  return {
    _id,
    userId,
    ...STAYING,
    $or: [{ "registration.step": { $ne: "disconnecting" as const } }, { status: "error" as const }],
  };
}

/** The integration while it is being disconnected. */
export function beingDisconnected({ _id }: Pick<Integration, "_id">) {
  return { _id, ...OURS, status: "pending", "registration.step": "disconnecting" } as const;
}

/** The integration, where the intent was settled without this sender being recorded. */
export function settledWithout({ _id, work }: Integration, { senderId }: SenderToRemove) {
  return {
    _id,
    "work.intent.id": { $ne: work.intent?.id },
    "meta.senderId": { $ne: senderId },
  };
}

/** The integration while it has the examination that was read, or none like then. */
export function withExamination({ _id, work }: Integration) {
  return { _id, "work.examination.id": work.examination?.id ?? null };
}

/** The integration where nobody works on it and its next poll is not yet due. */
export function restingUntilLater({ _id }: Integration, now: Date) {
  return {
    _id,
    // Whoever works on it now is not interrupted; the next question comes soon.
    ...heldByNobody(now),
    "work.dueAt": { $not: { $lte: now } },
  };
}

/** Integrations that can hold something. One that is leaving does until its sender is removed. */
export const STAYING = { ...OURS, status: { $ne: "disconnected" } } as const;

/** Every owner's integrations of the line, and other services' documents, which `isOurs` tells apart. */
export function ofLine(phoneNumber: string) {
  return { provider: PROVIDER, externalId: { $in: spellingsOf(phoneNumber) } } as const;
}

/** The owner's integrations of the WABA. */
export function ofWaba(userId: string, wabaId: string) {
  return { ...STAYING, userId, "meta.wabaId": wabaId };
}

/** Other owners' integrations of the line or the WABA of which something may be at Twilio. */
export function othersWithSender({ userId, externalId, meta }: Integration, about: Contested) {
  return {
    ...STAYING,
    userId: { $ne: userId },
    ...(about === "number"
      ? { externalId: { $in: spellingsOf(externalId) } }
      : { "meta.wabaId": meta.wabaId }),
    $or: [
      { "meta.senderId": { $exists: true } },
      { "work.sendersToRemove.0": { $exists: true } },
      { "work.intent.kind": "create_sender" as const },
    ],
  };
}

/** The same without those whose sender was found to be gone. */
export function othersWithUnfinishedSender(integration: Integration, about: Contested) {
  return {
    ...othersWithSender(integration, about),
    "registration.error.code": { $ne: "sender_vanished" as const },
  };
}

/** Integrations of the line whose sender was ONLINE at some time. */
export function onceOnline(phoneNumber: string) {
  return {
    ...OURS,
    externalId: { $in: spellingsOf(phoneNumber) },
    "registration.onlineSender": { $exists: true },
  };
}

/** Integrations of the line that are at the step which reads whose the number is. */
export function judgingAssignment(phoneNumber: string) {
  return {
    ...OURS,
    externalId: { $in: spellingsOf(phoneNumber) },
    status: "pending",
    "registration.step": "number",
  } as const;
}

/** The owner's integrations of the line that need the operator's word on whose the number is. */
export function awaitingAssignment(userId: string, phoneNumber: string) {
  return {
    userId,
    ...OURS,
    externalId: { $in: spellingsOf(phoneNumber) },
    status: "error",
    "registration.error.code": "number_not_assigned",
  } as const;
}
