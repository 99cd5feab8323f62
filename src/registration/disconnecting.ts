import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Integration } from "../integrations/integration.ts";
import { beingDisconnected, toDisconnect } from "../integrations/integration-queries.ts";
import { disconnecting, handedOver, type DisconnectRequest } from "../integrations/transitions.ts";

/**
 * Has the worker take the number out of WhatsApp. Undefined when it is disconnected, or being so and
 * not in trouble; then nothing changes, except who goes on afterwards.
 */
export async function requestDisconnect(
  model: IntegrationModel,
  integration: Pick<Integration, "_id" | "userId">,
  request: DisconnectRequest,
): Promise<Integration | undefined> {
  const { handOverTo } = request;
  const begun = await updateAndRead(model, toDisconnect(integration), disconnecting(request));
  if (begun || !handOverTo) return begun;
  await model.updateOne(beingDisconnected(integration), handedOver(handOverTo));
  return undefined;
}
