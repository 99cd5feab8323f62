import type { IntegrationModel } from "../integrations/integration-model.ts";
import {
  onceOnline,
  othersWithUnfinishedSender,
  STAYING,
} from "../integrations/integration-queries.ts";
import type { Integration } from "../integrations/integration.ts";
import type { Contested } from "../integrations/ownership.ts";

/** What of another owner's stands in a registration's way, and the integration that it rests on. */
export interface Obstacle {
  about: Contested;
  holder: Integration;
  /** By a hold; otherwise by a sender that was never ONLINE. */
  isHeld: boolean;
}

/** The integration, while it is not disconnected. */
export async function ownRecord(
  model: IntegrationModel,
  id: string,
): Promise<Integration | undefined> {
  if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
  return (await model.findOne({ ...STAYING, _id: id }).lean()) ?? undefined;
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
  const holder = await model.findOne(othersWithUnfinishedSender(integration, about)).lean();
  return holder ? { about, holder, isHeld: false } : undefined;
}

/** Whether the line had a sender of ours that was ONLINE and is not there any more. */
export async function hadSender(
  model: IntegrationModel,
  { externalId }: Integration,
): Promise<boolean> {
  const known = await model.find(onceOnline(externalId)).lean();
  return known.some(({ meta, registration }) => registration.onlineSender !== meta.senderId);
}
