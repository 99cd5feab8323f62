import { stepFollowed } from "../../integrations/poll-transitions.ts";
import {
  replacementWanted,
  senderGone,
  senderReplaced,
} from "../../integrations/sender-transitions.ts";
import { together } from "../../integrations/change.ts";
import { healthShown } from "../../integrations/health.ts";
import { linked } from "../../integrations/transitions.ts";
import type { Sender } from "../../twilio/senders-client.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../../integrations/sender-status.ts";
import {
  CONTINUE,
  pollLater,
  nextRecheck,
  type StepResult,
  type StepContext,
} from "../step-context.ts";
import { pollCode } from "./code-outcome.ts";
import { finishAsOwner } from "./ownership.ts";
import {
  pollSender,
  noteStatus,
  offlineFailure,
  untilConfirmedMs,
  untilOfflineCountsMs,
} from "./poll.ts";

/** What the history and the log say of a sender that Twilio does not have any more. */
const GONE = "GONE";

/**
 * Polls the sender once (docs/contract.md section 4, steps 4 and 5): `linked` on ONLINE, waiting
 * for the customer while Twilio asks for the code, otherwise polling again at growing intervals.
 */
export async function onlineStep(context: StepContext): Promise<StepResult> {
  const seen = await pollSender(context);
  if (seen.kind === "missing") return senderMissing(context);
  if (seen.kind === "other_waba") return otherWaba(context);
  if (seen.kind === "surplus") return CONTINUE;
  const { sender } = seen;
  const { claim, deps } = context;
  const follows = stepFollowed(claim.integration, sender.status, deps.clock.now());
  await noteStatus(context, sender, follows);
  switch (senderState(sender.status)) {
    case "online":
      return link(context, sender);
    case "offline":
      if (claim.registration.sender?.replaceIfOffline === sender.sid) {
        return replaceSender(context, sender);
      }
      return offline(context, sender);
    case "awaits_code":
      return pollCode(context, sender.status);
    case "under_way":
      return claim.registration.step === "verification"
        ? pollCode(context, sender.status)
        : pollLater(context, "twilio");
  }
}

/**
 * Not at Twilio: looked for once more when what is there must show, its SID kept until then; then it
 * is made anew, by the step that looks before it creates.
 */
async function senderMissing(context: StepContext): Promise<StepResult> {
  const { claim, deps, log } = context;
  const ms = await untilConfirmedMs(context, "missingSince");
  if (ms > 0) return { kind: "wait", ms, waitingFor: "twilio" };
  await deps.holds.end(claim.integration, () => claim.write({}));
  log.warn(
    {
      event: "sender_status_changed",
      senderId: claim.integration.meta.senderId,
      senderStatus: GONE,
    },
    "The sender is gone from Twilio and is made anew",
  );
  const now = deps.clock.now();
  await claim.write(senderGone(claim.integration, now), {
    at: now,
    step: "sender",
    event: "sender_status_changed",
    senderStatus: GONE,
  });
  return CONTINUE;
}

/** A person has to look at that sender, but not before a second poll finds it so. */
async function otherWaba(context: StepContext): Promise<StepResult> {
  const ms = await untilConfirmedMs(context, "otherWabaSince");
  if (ms === 0) throw new RegistrationFailure("sender_has_other_waba");
  return { kind: "wait", ms, waitingFor: "twilio" };
}

async function offline(context: StepContext, sender: Sender): Promise<StepResult> {
  const ms = untilOfflineCountsMs(context);
  if (ms === 0) throw await failedOffline(context, sender);
  const next = await pollLater(context, "twilio");
  return next.kind === "wait" ? { ...next, ms: Math.min(next.ms, ms) } : next;
}

async function failedOffline(context: StepContext, sender: Sender): Promise<RegistrationFailure> {
  const failure = offlineFailure(sender, true);
  // One that was ONLINE may be so again, and what Twilio says may be because of somebody else.
  const isReplaced = failure.byTwilioCode?.whenOffline === "replace";
  if (isReplaced && context.claim.registration.onlineSender !== sender.sid) {
    await context.claim.write(replacementWanted(sender.sid));
  }
  return failure;
}

/** Still OFFLINE when the next try is due, or a person asked for a new one: this one goes first. */
async function replaceSender({ claim, deps }: StepContext, { sid }: Sender): Promise<StepResult> {
  await claim.write(senderReplaced(claim.integration, sid, deps.clock.now()));
  return CONTINUE;
}

/** The one place that says `linked`: Twilio said ONLINE in this claim, and the holds are ours. */
export async function link(context: StepContext, sender: Sender): Promise<StepResult> {
  const { claim, deps, log } = context;
  const { senderId } = claim.integration.meta;
  const now = deps.clock.now();
  const change = together(linked(), healthShown(sender.health, now));
  await finishAsOwner(context, nextRecheck(deps), change, {
    at: now,
    event: "integration_linked",
    step: "done",
  });
  const sinceCallbackMs = now.getTime() - claim.registration.target.takenAt.getTime();
  log.info({ event: "integration_linked", senderId, sinceCallbackMs }, "The number is linked");
  return { kind: "released" };
}
