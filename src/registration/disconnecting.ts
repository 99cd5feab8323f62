import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Integration } from "../integrations/integration.ts";
import { disconnecting, type DisconnectRequest } from "../integrations/transitions.ts";
import { OURS } from "../integrations/ours.ts";

/**
 * Has the worker take the number out of WhatsApp. Undefined when it is disconnected, or being so and
 * not in trouble; then nothing changes, except who goes on afterwards.
 */
export async function requestDisconnect(
  model: IntegrationModel,
  { _id, userId }: Pick<Integration, "_id" | "userId">,
  request: DisconnectRequest,
): Promise<Integration | undefined> {
  const { handOverTo } = request;
  const begun = await updateAndRead(
    model,
    {
      _id,
      userId,
      ...OURS,
      status: { $ne: "disconnected" },
      $or: [{ "registration.step": { $ne: "disconnecting" } }, { status: "error" }],
    },
    disconnecting(request),
  );
  if (begun || !handOverTo) return begun;
  await model.updateOne(
    { _id, ...OURS, status: "pending", "registration.step": "disconnecting" },
    { $set: { "registration.handOverTo": handOverTo } },
  );
  return undefined;
}
