import type { Sender } from "../../twilio/senders-client.ts";
import { problemOfTwilioCode, RegistrationFailure, registrationError } from "../failure.ts";
import { senderState } from "../sender-status.ts";
import {
  AGAIN,
  credentialsFor,
  lookAgain,
  nextCheck,
  progress,
  type Next,
  type Work,
} from "../work.ts";
import { outweighHolders, releaseHolding } from "./holders.ts";
import { findSender } from "./sender.ts";

/**
 * Looks at the sender once (contract.md section 4, steps 4 and 5): `linked` on ONLINE, waiting for
 * the customer while Twilio asks for the code, otherwise looking again with growing intervals.
 */
export async function onlineStep(work: Work): Promise<Next> {
  const sender = await lookAtSender(work);
  if (!sender) return senderMissing(work);
  if (sender === "surplus") return AGAIN;
  await noteStatus(work, sender);
  switch (senderState(sender.status)) {
    case "online":
      return link(work);
    case "offline":
      if (isOfflineTooLong(work)) throw offlineFailure(sender);
      return lookAgain(work, "twilio");
    case "awaits_code":
      return awaitCode(work);
    case "under_way":
      if (work.claim.registration.step === "verification") await progress(work, "online");
      return lookAgain(work, "twilio");
  }
}

/**
 * Looks at a sender that was linked before: what Twilio says now becomes the integration's status.
 * An error that Twilio has overcome becomes `linked` again.
 */
export async function checkStep(work: Work): Promise<Next> {
  const { claim, deps } = work;
  const { status, registration } = claim.integration;
  const lost = await deps.holds.lost(claim.integration);
  if (lost) throw new RegistrationFailure(`${lost}_linked_elsewhere`);
  const sender = await lookAtSender(work);
  if (!sender) throw new RegistrationFailure("sender_vanished");
  if (sender === "surplus") return AGAIN;
  await noteStatus(work, sender);
  switch (senderState(sender.status)) {
    case "online":
      return status === "linked" ? stillLinked(work) : link(work);
    case "offline":
      if (isOfflineTooLong(work)) throw offlineFailure(sender);
      return { kind: "wait", ms: deps.settings.pollIntervalMs, waitingFor: "twilio" };
    case "awaits_code":
    case "under_way":
      if (status === "linked") return backToPending(work, registration.looks);
      return checkLater(work);
  }
}

/** The number's sender as Twilio shows it now; `surplus` when there are more, to be removed first. */
async function lookAtSender(work: Work): Promise<Sender | "surplus" | undefined> {
  const { claim } = work;
  const { twilioSubaccountSid, senderId } = claim.integration.meta;
  const credentials = twilioSubaccountSid && (await credentialsFor(work, twilioSubaccountSid));
  if (!credentials) return undefined;
  const discards = claim.registration.discards.length;
  const sender = await findSender(work, credentials);
  if (sender && sender.sid !== senderId)
    await claim.write({ $set: { "meta.senderId": sender.sid } });
  return claim.registration.discards.length > discards ? "surplus" : sender;
}

/** Gone at Twilio: it is made anew, by the step that looks before it creates. */
async function senderMissing(work: Work): Promise<Next> {
  await progress(
    work,
    "sender",
    { $unset: { "meta.senderId": 1, "registration.senderStatus": 1 } },
    { event: "sender_status_changed", senderStatus: "GONE" },
  );
  return { kind: "wait", ms: work.deps.settings.settleMs, waitingFor: "twilio" };
}

/** Keeps status and reasons as Twilio gives them, unknown ones too, and since when it is OFFLINE. */
async function noteStatus(work: Work, sender: Sender): Promise<void> {
  const { claim, deps, log } = work;
  const { senderStatus, offlineSince, offlineReasons } = claim.registration;
  const offline = senderState(sender.status) === "offline";
  const isKnown = sender.status === senderStatus && offline === (offlineSince !== undefined);
  if (isKnown && (!offline || sameReasons(offlineReasons ?? [], sender.offlineReasons))) return;
  const now = deps.clock.now();
  await claim.write(
    {
      $set: {
        "registration.senderStatus": sender.status,
        ...(offline
          ? {
              "registration.offlineSince": offlineSince ?? now,
              "registration.offlineReasons": sender.offlineReasons,
            }
          : {}),
      },
      ...(offline
        ? {}
        : { $unset: { "registration.offlineSince": 1, "registration.offlineReasons": 1 } }),
    },
    { at: now, event: "sender_status_changed", senderStatus: sender.status },
  );
  log.info(
    {
      event: "sender_status_changed",
      senderId: sender.sid,
      from: senderStatus ?? null,
      senderStatus: sender.status,
      ...(offline ? { offlineReasons: sender.offlineReasons } : {}),
    },
    "The sender's status changed",
  );
}

function sameReasons(known: Sender["offlineReasons"], given: Sender["offlineReasons"]): boolean {
  const codes = (reasons: Sender["offlineReasons"]) => reasons.map(({ code }) => code).join();
  return codes(known) === codes(given);
}

/** A fresh sender may read OFFLINE for a minute or two before it is ONLINE (domain.md 3.4). */
function isOfflineTooLong({ claim, deps }: Work): boolean {
  const since = claim.registration.offlineSince;
  return (
    since !== undefined &&
    deps.clock.now().getTime() - since.getTime() >= deps.settings.offlineGraceMs
  );
}

function offlineFailure({ offlineReasons }: Sender): RegistrationFailure {
  const [reason] = offlineReasons;
  return new RegistrationFailure(
    (reason && problemOfTwilioCode(reason.code)) ?? "sender_offline",
    reason ? { providerCode: reason.code } : {},
  );
}

/**
 * Twilio asks for the code. When one was handed over before, asking again means that it was wrong;
 * right after the handover the status may still be the old one.
 */
async function awaitCode(work: Work): Promise<Next> {
  const { claim, deps, log } = work;
  const { step, verification } = claim.registration;
  if (step !== "verification") await progress(work, "verification", {}, undefined, "customer");
  const submittedAt = verification?.submittedAt;
  if (!submittedAt) return lookAgain(work, "customer");
  const now = deps.clock.now();
  if (now.getTime() - submittedAt.getTime() < 2 * deps.settings.pollIntervalMs)
    return { kind: "wait", ms: deps.settings.pollIntervalMs, waitingFor: "twilio" };
  const error = registrationError("verification_code_wrong");
  await claim.write(
    {
      $set: {
        "registration.error": error,
        "registration.waitingFor": "customer",
        "registration.waitingSince": now,
      },
      $inc: { "registration.verification.wrongCodes": 1 },
      $unset: { "registration.verification.submittedAt": 1 },
    },
    { at: now, event: "registration_failed", step: "verification", code: error.code },
  );
  log.warn(
    { event: "registration_failed", step: "verification", code: error.code },
    "Twilio asks for the code again: the one that it got was wrong",
  );
  return lookAgain(work, "customer");
}

/** The one place that says `linked`: Twilio said ONLINE in this claim, and the holds are ours. */
async function link(work: Work): Promise<Next> {
  const { claim, deps, log } = work;
  await outweighHolders(work);
  const now = deps.clock.now();
  await releaseHolding(
    work,
    nextCheck(deps),
    {
      $set: {
        status: "linked",
        "registration.step": "done",
        "registration.queue": "check",
        "registration.attempts": 0,
        "registration.outages": 0,
        "registration.looks": 0,
      },
      $unset: {
        "registration.error": 1,
        "registration.nextAttemptAt": 1,
        "registration.waitingFor": 1,
        "registration.waitingSince": 1,
        "registration.verification": 1,
      },
    },
    { at: now, event: "integration_linked", step: "done" },
  );
  log.info(
    { event: "integration_linked", senderId: claim.integration.meta.senderId },
    "The number is linked",
  );
  return { kind: "released" };
}

/** Confirms the holds as well, so that one that was lost on the way does not stay so. */
async function stillLinked(work: Work): Promise<Next> {
  await releaseHolding(work, nextCheck(work.deps), { $set: { "registration.outages": 0 } });
  return { kind: "released" };
}

async function checkLater({ claim, deps }: Work): Promise<Next> {
  await claim.release(nextCheck(deps), { $set: { "registration.outages": 0 } });
  return { kind: "released" };
}

/** No longer usable, yet not OFFLINE: the registration is under way again and watched as such. */
async function backToPending(work: Work, looks: number): Promise<Next> {
  await progress(work, "online", {
    $set: {
      status: "pending",
      "registration.queue": "registration",
      "registration.looks": looks,
      "registration.deadlineAt": new Date(
        work.deps.clock.now().getTime() + work.deps.settings.deadlineMs,
      ),
    },
  });
  return AGAIN;
}
