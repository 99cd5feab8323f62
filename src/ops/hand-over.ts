import type { Connection } from "mongoose";
import { systemClock } from "../clock.ts";
import { integrationModel } from "../integrations/integration-model.ts";
import type { Logger } from "../logger.ts";
import { handOver, type HandOverRequest } from "../registration/hand-over.ts";
import { HoldStore, holdModels } from "../registration/hold-store.ts";

/** What the operator has to know before and after; one line each. */
export const HAND_OVER_WARNING =
  "Two-step verification of the number must be off in WhatsApp Manager first, else Twilio refuses it (63110).\n";

/**
 * `hand-over`: stores the decision; the running service carries it out.
 * @throws ProblemError as `handOver`
 */
export async function runHandOver(
  { connection, deadlineMs, log }: { connection: Connection; deadlineMs: number; log: Logger },
  request: HandOverRequest,
  say: (text: string) => void,
): Promise<void> {
  const integrations = integrationModel(connection);
  const holds = new HoldStore(holdModels(connection), integrations, systemClock);
  say(HAND_OVER_WARNING);
  const deps = { integrations, holds, clock: systemClock, deadlineMs, log };
  const { from, target } = await handOver(deps, request);
  for (const { _id, userId, externalId } of from)
    say(`${externalId} of ${userId} (${String(_id)}) is being disconnected.\n`);
  if (from.length === 0) say("Nobody else has it.\n");
  say(`${target.externalId} of ${target.userId} (${request.to}) goes on after that.\n`);
}
