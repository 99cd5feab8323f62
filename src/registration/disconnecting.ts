import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { historyPush, type Integration } from "../integrations/integration.ts";
import { OURS } from "../integrations/ours.ts";

export interface DisconnectRequest {
  now: Date;
  /** How long the removal may take. */
  deadlineMs: number;
  /** The operator's words, for the history. */
  reason?: string;
  /** The integration that goes on afterwards. */
  handOverTo?: string;
}

/**
 * Has the worker take the number out of WhatsApp. Undefined when it is disconnected, or being so and
 * not in trouble; then nothing changes, except who goes on afterwards.
 */
export async function requestDisconnect(
  model: IntegrationModel,
  { _id, userId }: Pick<Integration, "_id" | "userId">,
  { now, deadlineMs, reason, handOverTo }: DisconnectRequest,
): Promise<Integration | undefined> {
  const goesOn = handOverTo ? { "registration.handOverTo": handOverTo } : {};
  const disconnecting = await updateAndRead(
    model,
    {
      _id,
      userId,
      ...OURS,
      status: { $ne: "disconnected" },
      $or: [{ "registration.step": { $ne: "disconnecting" } }, { status: "error" }],
    },
    {
      $set: {
        status: "pending",
        "registration.step": "disconnecting",
        "registration.queue": "registration",
        "registration.dueAt": now,
        "registration.attempts": 0,
        "registration.outages": 0,
        "registration.looks": 0,
        "registration.waitingFor": "twilio",
        "registration.waitingSince": now,
        "registration.deadlineAt": new Date(now.getTime() + deadlineMs),
        "registration.updatedAt": now,
        updatedAt: now,
        ...goesOn,
      },
      $currentDate: { "registration.disconnectedAt": true },
      $inc: { "registration.generation": 1 },
      $unset: { "registration.error": 1, "registration.nextAttemptAt": 1 },
      $push: historyPush({
        at: now,
        event: "disconnect_requested",
        step: "disconnecting",
        ...(reason ? { reason } : {}),
      }),
    },
  );
  if (disconnecting || !handOverTo) return disconnecting;
  await model.updateOne(
    { _id, ...OURS, status: "pending", "registration.step": "disconnecting" },
    { $set: goesOn },
  );
  return undefined;
}
