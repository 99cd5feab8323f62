import { stepFollowed } from "../../integrations/poll-transitions.ts";
import {
  replacementWanted,
  senderGone,
  senderReplaced,
} from "../../integrations/sender-transitions.ts";
import { linked } from "../../integrations/transitions.ts";
import type { Sender } from "../../twilio/senders-client.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../../integrations/sender-status.ts";
import { AGAIN, lookAgain, nextCheck, type Next, type StepContext } from "../work.ts";
import { lookAtCode } from "./code-outcome.ts";
import { releaseHolding } from "./holders.ts";
import {
  lookAtSender,
  noteStatus,
  offlineFailure,
  untilConfirmedMs,
  untilOfflineCountsMs,
} from "./look.ts";

/** What the history and the log say of a sender that Twilio does not have any more. */
const GONE = "GONE";

/**
 * Looks at the sender once (docs/contract.md section 4, steps 4 and 5): `linked` on ONLINE, waiting
 * for the customer while Twilio asks for the code, otherwise looking again with growing intervals.
 */
export async function onlineStep(context: StepContext): Promise<Next> {
  const seen = await lookAtSender(context);
  if (seen.kind === "missing") return senderMissing(context);
  if (seen.kind === "other_waba") return otherWaba(context);
  if (seen.kind === "surplus") return AGAIN;
  const { sender } = seen;
  const { claim, deps } = context;
  const follows = stepFollowed(claim.integration, sender.status, deps.clock.now());
  await noteStatus(context, sender, follows);
  switch (senderState(sender.status)) {
    case "online":
      return link(context);
    case "offline":
      if (claim.registration.sender?.replaceIfOffline === sender.sid) {
        return remake(context, sender);
      }
      return offline(context, sender);
    case "awaits_code":
      return lookAtCode(context, sender.status);
    case "under_way":
      return claim.registration.step === "verification"
        ? lookAtCode(context, sender.status)
        : lookAgain(context, "twilio");
  }
}

/**
 * Not at Twilio: looked for once more when what is there must show, its SID kept until then; then it
 * is made anew, by the step that looks before it creates.
 */
async function senderMissing(context: StepContext): Promise<Next> {
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
  return AGAIN;
}

/** Somebody has to look at that sender, but not before a second look finds it so. */
async function otherWaba(context: StepContext): Promise<Next> {
  const ms = await untilConfirmedMs(context, "otherWabaSince");
  if (ms === 0) throw new RegistrationFailure("sender_has_other_waba");
  return { kind: "wait", ms, waitingFor: "twilio" };
}

async function offline(context: StepContext, sender: Sender): Promise<Next> {
  const ms = untilOfflineCountsMs(context);
  if (ms === 0) throw await failedOffline(context, sender);
  const next = await lookAgain(context, "twilio");
  return next.kind === "wait" ? { ...next, ms: Math.min(next.ms, ms) } : next;
}

async function failedOffline(context: StepContext, sender: Sender): Promise<RegistrationFailure> {
  const failure = offlineFailure(sender, true);
  // One that was ONLINE may be so again, and what Twilio says may be because of somebody else.
  const isRemade = failure.byTwilioCode?.whenOffline === "remake";
  if (isRemade && context.claim.registration.onlineSender !== sender.sid) {
    await context.claim.write(replacementWanted(sender.sid));
  }
  return failure;
}

/** Still OFFLINE when the next try is due, or a person asked for a new one: this one goes first. */
async function remake({ claim, deps }: StepContext, { sid }: Sender): Promise<Next> {
  await claim.write(senderReplaced(claim.integration, sid, deps.clock.now()));
  return AGAIN;
}

/** The one place that says `linked`: Twilio said ONLINE in this claim, and the holds are ours. */
export async function link(context: StepContext): Promise<Next> {
  const { claim, deps, log } = context;
  const { senderId } = claim.integration.meta;
  const now = deps.clock.now();
  await releaseHolding(context, nextCheck(deps), linked(), {
    at: now,
    event: "integration_linked",
    step: "done",
  });
  log.info({ event: "integration_linked", senderId }, "The number is linked");
  return { kind: "released" };
}
