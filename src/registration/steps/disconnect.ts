import { disconnected } from "../../integrations/transitions.ts";
import { goOn } from "../hand-over.ts";
import { isOfNumber, pollLater, type StepResult, type StepContext } from "../step-context.ts";
import { credentialsOrGone, removeSender } from "./removals.ts";

/**
 * Takes the number out of WhatsApp at Twilio: `disconnected` only when no sender of it is left in
 * the subaccount. The document stays, so that the number can be connected again.
 */
export async function disconnectStep(context: StepContext): Promise<StepResult> {
  const { claim, deps, log } = context;
  const unfinished = await removeSenders(context);
  if (unfinished) return unfinished;
  await deps.holds.end(claim.integration, () => claim.write({}));
  const { handOverTo } = claim.work;
  const { deadlineMs, pollIntervalMs } = deps.settings;
  if (handOverTo && !(await goOn({ ...deps, deadlineMs }, handOverTo))) {
    return { kind: "wait", ms: pollIntervalMs, waitingFor: "twilio", isIdle: true };
  }
  await claim.release(undefined, disconnected(claim.integration), {
    at: deps.clock.now(),
    event: "integration_disconnected",
    step: "done",
  });
  log.info({ event: "integration_disconnected" }, "The number is disconnected");
  return { kind: "released" };
}

/** @returns what to wait for, where a sender of the number may be left in the subaccount */
async function removeSenders(context: StepContext): Promise<StepResult | undefined> {
  const { meta } = context.claim.integration;
  const subaccountSid = meta.twilioSubaccountSid;
  const credentials = subaccountSid ? await credentialsOrGone(context, subaccountSid) : 0;
  if (typeof credentials === "number") {
    return credentials > 0 ? { kind: "wait", ms: credentials, waitingFor: "twilio" } : undefined;
  }
  const listed = (await context.deps.senders.list(credentials))
    .filter((sender) => isOfNumber(context, sender))
    .map(({ sid }) => sid);
  for (const sid of new Set([...(meta.senderId ? [meta.senderId] : []), ...listed])) {
    if (!(await removeSender(context, credentials, sid))) return pollLater(context, "twilio");
  }
  return undefined;
}
