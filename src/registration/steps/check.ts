import { CHECKED, notLinkedAnyMore } from "../../integrations/poll-transitions.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../../integrations/sender-status.ts";
import { AGAIN, nextCheck, type Next, type Work } from "../work.ts";
import { releaseHolding } from "./holders.ts";
import {
  lookAtSender,
  noteStatus,
  offlineFailure,
  untilConfirmedMs,
  untilOfflineCountsMs,
} from "./look.ts";
import { link } from "./online.ts";
import { alignWebhook } from "./webhook.ts";

/**
 * Looks at a sender that was linked before: what Twilio says now becomes the integration's status.
 * What ends it needs a second look that agrees (see decision 8). An error that Twilio has overcome
 * becomes `linked` again.
 */
export async function checkStep(work: Work): Promise<Next> {
  const seen = await lookAtSender(work, { amongAll: true });
  switch (seen.kind) {
    case "surplus":
      return AGAIN;
    case "missing":
      return secondLook(work, "missingSince", "sender_vanished");
    case "other_waba":
      return secondLook(work, "otherWabaSince", "sender_has_other_waba");
    case "sender":
  }
  const { sender } = seen;
  const { status } = work.claim.integration;
  const { clock, settings } = work.deps;
  const term = { now: clock.now(), deadlineMs: settings.deadlineMs };
  await noteStatus(work, sender, notLinkedAnyMore(work.claim.integration, sender.status, term));
  switch (senderState(sender.status)) {
    case "online":
      await alignWebhook(work, sender);
      return status === "linked" ? stillLinked(work) : link(work);
    case "offline": {
      const ms = untilOfflineCountsMs(work);
      if (ms === 0) throw offlineFailure(sender);
      return { kind: "wait", ms, waitingFor: "twilio" };
    }
    case "awaits_code":
    case "under_way":
      return status === "error" ? checkLater(work) : AGAIN;
  }
}

async function secondLook(
  work: Work,
  doubt: "missingSince" | "otherWabaSince",
  code: "sender_vanished" | "sender_has_other_waba",
): Promise<Next> {
  const ms = await untilConfirmedMs(work, doubt);
  if (ms === 0) throw new RegistrationFailure(code);
  return { kind: "wait", ms, waitingFor: "twilio" };
}

/** Confirms the holds as well, so that one that was lost on the way does not stay so. */
async function stillLinked(work: Work): Promise<Next> {
  await releaseHolding(work, nextCheck(work.deps), CHECKED);
  return { kind: "released" };
}

async function checkLater({ claim, deps }: Work): Promise<Next> {
  await claim.release(nextCheck(deps), CHECKED);
  return { kind: "released" };
}
