import { CHECKED, notLinkedAnyMore } from "../../integrations/poll-transitions.ts";
import { together } from "../../integrations/change.ts";
import { healthShown } from "../../integrations/health.ts";
import type { Sender } from "../../twilio/senders-client.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../../integrations/sender-status.ts";
import { CONTINUE, nextRecheck, type StepResult, type StepContext } from "../step-context.ts";
import { finishAsOwner } from "./ownership.ts";
import {
  pollSender,
  noteStatus,
  offlineFailure,
  untilConfirmedMs,
  untilOfflineCountsMs,
} from "./poll.ts";
import { link } from "./online.ts";
import { alignWebhook } from "./webhook.ts";

/**
 * Polls a sender that was linked before: what Twilio says now becomes the integration's status.
 * What ends it needs a second poll that agrees (see decision 8). An error that Twilio has overcome
 * becomes `linked` again.
 */
export async function recheckStep(context: StepContext): Promise<StepResult> {
  const seen = await pollSender(context, { amongAll: true });
  switch (seen.kind) {
    case "surplus":
      return CONTINUE;
    case "missing":
      return secondPoll(context, "missingSince", "sender_vanished");
    case "other_waba":
      return secondPoll(context, "otherWabaSince", "sender_has_other_waba");
    case "sender":
  }
  const { sender } = seen;
  const { status } = context.claim.integration;
  const { clock, settings } = context.deps;
  const term = { now: clock.now(), deadlineMs: settings.deadlineMs };
  await noteStatus(
    context,
    sender,
    notLinkedAnyMore(context.claim.integration, sender.status, term),
  );
  switch (senderState(sender.status)) {
    case "online":
      await alignWebhook(context, sender);
      return status === "linked" ? stillLinked(context, sender) : link(context, sender);
    case "offline": {
      const ms = untilOfflineCountsMs(context);
      if (ms === 0) throw offlineFailure(sender);
      return { kind: "wait", ms, waitingFor: "twilio" };
    }
    case "awaits_code":
    case "under_way":
      return status === "error" ? checkLater(context) : CONTINUE;
  }
}

async function secondPoll(
  context: StepContext,
  doubt: "missingSince" | "otherWabaSince",
  code: "sender_vanished" | "sender_has_other_waba",
): Promise<StepResult> {
  const ms = await untilConfirmedMs(context, doubt);
  if (ms === 0) throw new RegistrationFailure(code);
  return { kind: "wait", ms, waitingFor: "twilio" };
}

/** Confirms the holds as well, so that one that was lost on the way does not stay so. */
async function stillLinked(context: StepContext, { health }: Sender): Promise<StepResult> {
  const seen = healthShown(health, context.deps.clock.now());
  await finishAsOwner(context, nextRecheck(context.deps), together(CHECKED, seen));
  return { kind: "released" };
}

async function checkLater({ claim, deps }: StepContext): Promise<StepResult> {
  await claim.release(nextRecheck(deps), CHECKED);
  return { kind: "released" };
}
