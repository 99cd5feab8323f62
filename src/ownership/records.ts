import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Integration } from "../integrations/integration.ts";
import { OURS } from "../integrations/ours.ts";
import type { Contested } from "../integrations/ownership.ts";
import { spellingsOf } from "../phone-number.ts";

/** What of another owner's stands in a registration's way, and the integration that it rests on. */
export interface Obstacle {
  about: Contested;
  holder: Integration;
  /** By a hold; otherwise by a sender that was never ONLINE. */
  isHeld: boolean;
}

/** Integrations that can hold something. One that is leaving does until its sender is removed. */
export const STAYING = { ...OURS, status: { $ne: "disconnected" } } as const;

/** The integration, while it is not disconnected. */
export async function ownRecord(
  model: IntegrationModel,
  id: string,
): Promise<Integration | undefined> {
  if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
  return (await model.findOne({ ...STAYING, _id: id }).lean()) ?? undefined;
}

/** Other owners' integrations of the line or the WABA of which something may be at Twilio. */
function withSender({ userId, externalId, meta }: Integration, about: Contested) {
  return {
    ...STAYING,
    userId: { $ne: userId },
    ...(about === "number"
      ? { externalId: { $in: spellingsOf(externalId) } }
      : { "meta.wabaId": meta.wabaId }),
    $or: [
      { "meta.senderId": { $exists: true } },
      { "registration.discards.0": { $exists: true } },
      { "registration.intent.kind": "create_sender" as const },
    ],
  };
}

/** All of them. */
export async function othersWithSender(
  model: IntegrationModel,
  integration: Integration,
  about: Contested,
): Promise<Integration[]> {
  return model.find(withSender(integration, about)).lean();
}

/**
 * Another owner's sender of the line or the WABA that may be at Twilio without a hold: recorded,
 * being created, or not yet removed. One that was found to be gone is none.
 */
export async function unfinishedOf(
  model: IntegrationModel,
  integration: Integration,
  about: Contested,
): Promise<Obstacle | undefined> {
  const holder = await model
    .findOne({
      ...withSender(integration, about),
      "registration.error.code": { $ne: "sender_vanished" },
    })
    .lean();
  return holder ? { about, holder, isHeld: false } : undefined;
}

/** Whether the line had a sender of ours that was ONLINE and is not there any more. */
export async function hadSender(
  model: IntegrationModel,
  { externalId }: Integration,
): Promise<boolean> {
  const known = await model
    .find({
      ...OURS,
      externalId: { $in: spellingsOf(externalId) },
      "registration.onlineSender": { $exists: true },
    })
    .lean();
  return known.some(({ meta, registration }) => registration.onlineSender !== meta.senderId);
}
