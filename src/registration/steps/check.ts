import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../sender-status.ts";
import { AGAIN, nextCheck, toStep, type Next, type Work } from "../work.ts";
import { releaseHolding, requireNotLost } from "./holders.ts";
import { isOfflineTooLong, lookAtSender, noteStatus, offlineFailure } from "./look.ts";
import { link } from "./online.ts";
import { alignWebhook } from "./webhook.ts";

/** Counters of failed tries after a look that went well. */
const UNTROUBLED = { "registration.attempts": 0, "registration.outages": 0 } as const;

/**
 * Looks at a sender that was linked before: what Twilio says now becomes the integration's status.
 * An error that Twilio has overcome becomes `linked` again.
 */
export async function checkStep(work: Work): Promise<Next> {
  const { claim, deps } = work;
  const { status } = claim.integration;
  await requireNotLost(work);
  const sender = await lookAtSender(work);
  if (!sender) throw new RegistrationFailure("sender_vanished");
  if (sender === "surplus") return AGAIN;
  const isUnsettled = ["awaits_code", "under_way"].includes(senderState(sender.status));
  await noteStatus(
    work,
    sender,
    status === "linked" && isUnsettled ? backToPending(work, sender.status) : undefined,
  );
  switch (senderState(sender.status)) {
    case "online":
      await alignWebhook(work, sender);
      return status === "linked" ? stillLinked(work) : link(work);
    case "offline":
      if (isOfflineTooLong(work)) throw offlineFailure(sender);
      return { kind: "wait", ms: deps.settings.pollIntervalMs, waitingFor: "twilio" };
    case "awaits_code":
    case "under_way":
      return status === "linked" ? AGAIN : checkLater(work);
  }
}

/** Confirms the holds as well, so that one that was lost on the way does not stay so. */
async function stillLinked(work: Work): Promise<Next> {
  await releaseHolding(work, nextCheck(work.deps), { $set: UNTROUBLED });
  return { kind: "released" };
}

async function checkLater({ claim, deps }: Work): Promise<Next> {
  await claim.release(nextCheck(deps), { $set: UNTROUBLED });
  return { kind: "released" };
}

/** No longer usable, yet not OFFLINE: the registration is under way again and watched as such. */
function backToPending({ claim, deps }: Work, senderStatus: string) {
  const now = deps.clock.now();
  const { $set, $unset } =
    senderState(senderStatus) === "awaits_code"
      ? toStep(claim, "verification", "customer", now)
      : toStep(claim, "online", "twilio", now);
  return {
    $set: {
      ...$set,
      status: "pending",
      "registration.queue": "registration",
      "registration.deadlineAt": new Date(now.getTime() + deps.settings.deadlineMs),
    },
    $unset,
  };
}
