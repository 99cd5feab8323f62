import type { Sender } from "../../twilio/senders-client.ts";
import type { IntegrationUpdate } from "../claims.ts";
import { problemOfTwilioCode, RegistrationFailure } from "../failure.ts";
import { senderState } from "../sender-status.ts";
import { credentialsFor, sinceMs, type Work } from "../work.ts";
import { findSender } from "./sender.ts";

/** The number's sender as Twilio shows it now; `surplus` when there are more, to be removed first. */
export async function lookAtSender(work: Work): Promise<Sender | "surplus" | undefined> {
  const { claim, deps, log } = work;
  const { twilioSubaccountSid, senderId } = claim.integration.meta;
  const credentials = twilioSubaccountSid && (await credentialsFor(work, twilioSubaccountSid));
  if (!credentials) return undefined;
  const discards = claim.registration.discards.length;
  const sender = await findSender(work, credentials);
  if (sender && sender.sid !== senderId) {
    const entry = { at: deps.clock.now(), event: "sender_adopted", senderStatus: sender.status };
    await claim.write({ $set: { "meta.senderId": sender.sid } }, entry);
    log.info(
      { event: "sender_adopted", senderId: sender.sid, senderStatus: sender.status },
      "The number has another sender than the recorded one",
    );
  }
  return claim.registration.discards.length > discards ? "surplus" : sender;
}

/**
 * Keeps status and reasons as Twilio gives them, unknown ones too, and since when it is OFFLINE.
 * @param follows what the status means for the registration, if that is news: one write with it
 */
export async function noteStatus(
  work: Work,
  sender: Sender,
  follows?: Pick<IntegrationUpdate, "$set" | "$unset">,
): Promise<void> {
  const { claim, deps, log } = work;
  const { senderStatus, offlineSince, offlineReasons, missingSince } = claim.registration;
  const offline = senderState(sender.status) === "offline";
  const hasReasons = sender.offlineReasons.length > 0;
  const isKnown = sender.status === senderStatus && offline === (offlineSince !== undefined);
  if (missingSince) await claim.write({ $unset: { "registration.missingSince": 1 } });
  const isNews = !isKnown || !sameReasons(offlineReasons ?? [], sender.offlineReasons);
  if (!isNews && !follows) return;
  const now = deps.clock.now();
  const entry = { at: now, event: "sender_status_changed", senderStatus: sender.status };
  await claim.write(
    {
      $set: {
        ...follows?.$set,
        "registration.senderStatus": sender.status,
        ...(hasReasons ? { "registration.offlineReasons": sender.offlineReasons } : {}),
      },
      ...(offline && !offlineSince ? { $currentDate: { "registration.offlineSince": true } } : {}),
      $unset: {
        ...follows?.$unset,
        ...(hasReasons ? {} : { "registration.offlineReasons": 1 }),
        ...(offline ? {} : { "registration.offlineSince": 1, "registration.remakes": 1 }),
      },
    },
    ...(isNews ? [entry] : []),
  );
  if (!isNews) return;
  log.info(
    {
      event: "sender_status_changed",
      senderId: sender.sid,
      from: senderStatus ?? null,
      senderStatus: sender.status,
      ...(hasReasons ? { offlineReasons: sender.offlineReasons } : {}),
    },
    "The sender's status changed",
  );
}

function sameReasons(known: Sender["offlineReasons"], given: Sender["offlineReasons"]): boolean {
  const codes = (reasons: Sender["offlineReasons"]) => reasons.map(({ code }) => code).join();
  return codes(known) === codes(given);
}

/** A fresh sender may read OFFLINE for a minute or two before it is ONLINE (domain.md 3.4). */
export function isOfflineTooLong(work: Work): boolean {
  const since = work.claim.registration.offlineSince;
  return since !== undefined && sinceMs(work, since) >= work.deps.settings.offlineGraceMs;
}

/** @param isTwilios while the number is registered: then a reason that passes is waited out */
export function offlineFailure({ offlineReasons }: Sender, isTwilios = false): RegistrationFailure {
  const [reason] = offlineReasons;
  return new RegistrationFailure(
    (reason && problemOfTwilioCode(reason.code)) ?? "sender_offline",
    reason ? { providerCode: reason.code, providerMessage: reason.message, isTwilios } : {},
  );
}
