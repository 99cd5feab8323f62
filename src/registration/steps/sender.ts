import type { Sender, SenderCreation, SubaccountCredentials } from "../../twilio/senders-client.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState } from "../sender-status.ts";
import {
  AGAIN,
  credentialsFor,
  disownCreated,
  FenceLostError,
  isOfNumber,
  progress,
  sendChange,
  senderIdOf,
  type Next,
  type Work,
} from "../work.ts";
import { countingCode } from "./counted-code.ts";
import { outweighHolders } from "./holders.ts";

/** Goes back to the subaccount step when the subaccount is unknown to Twilio. */
export async function senderStep(work: Work): Promise<Next> {
  const subaccountSid = work.claim.integration.meta.twilioSubaccountSid;
  const credentials = subaccountSid && (await credentialsFor(work, subaccountSid));
  if (!credentials) {
    await progress(work, "subaccount");
    return AGAIN;
  }
  await outweighHolders(work);
  await registerWhatsAppSender(work, credentials);
  const waitingFor = work.claim.registration.step === "verification" ? "customer" : "twilio";
  return { kind: "wait", ms: work.deps.settings.pollIntervalMs, waitingFor };
}

/**
 * Registers the integration's number as a WhatsApp sender of its subaccount and records it: adopts
 * the one that is there, else creates it. Twilio's acceptance is not yet success; the next steps
 * look until it is ONLINE.
 * @throws RegistrationFailure `sender_has_other_waba`, `display_name_missing`
 * @throws TwilioError, FenceLostError
 */
export async function registerWhatsAppSender(
  work: Work,
  credentials: SubaccountCredentials,
): Promise<void> {
  const existing = await findSender(work, credentials);
  if (existing) {
    await recordSender(work, existing, "sender_adopted");
    work.log.info(
      { event: "sender_adopted", senderId: existing.sid, senderStatus: existing.status },
      "The number has a sender in its subaccount already",
    );
    return;
  }
  // A recorded one that is nowhere may only not show yet: the look waits until it must.
  if (work.claim.integration.meta.senderId) return progress(work, "online");
  const creation = senderCreation(work);
  const subaccountSid = credentials.accountSid;
  const created = await countingCode(work, creation, () =>
    sendChange(work, { kind: "create_sender", subaccountSid }, (timeoutMs) =>
      work.deps.senders.create(credentials, creation, timeoutMs),
    ),
  );
  try {
    await recordSender(work, created, "sender_created");
  } catch (error) {
    if (error instanceof FenceLostError)
      await disownCreated(work, { subaccountSid, senderId: created.sid });
    throw error;
  }
  work.log.info(
    { event: "sender_created", senderId: created.sid, senderStatus: created.status },
    "Twilio accepted the sender",
  );
}

/**
 * The number's sender in the subaccount, from all pages of the list; a recorded one that is not
 * listed (yet) is asked for by its SID. Should there be several, the recorded one is kept, else one
 * that works, else the oldest, and the others are put down for removal. Senders bear no date; Twilio's
 * lists begin with the newest (an assumption for this one).
 * @throws RegistrationFailure `sender_has_other_waba`
 */
export async function findSender(
  work: Work,
  credentials: SubaccountCredentials,
): Promise<Sender | undefined> {
  const { integration, registration } = work.claim;
  const discarded = new Set(registration.discards.map(({ senderId }) => senderId));
  const all = await listWithRecorded(work, credentials);
  const ours = await stillThere(
    work,
    credentials,
    all.filter((sender) => isOfNumber(work, sender) && !discarded.has(sender.sid)),
  );
  const { wabaId } = registration.target;
  const matching = ours.filter((sender) => (sender.wabaId ?? wabaId) === wabaId);
  if (matching.length === 0 && ours.length > 0)
    throw new RegistrationFailure("sender_has_other_waba");
  const recorded = matching.find((sender) => sender.sid === integration.meta.senderId);
  const kept = recorded ?? matching.findLast(isOnline) ?? matching.at(-1);
  const surplus = matching.filter((sender) => sender !== kept);
  if (kept && surplus.length > 0) await discard(work, credentials.accountSid, surplus);
  return kept;
}

const isOnline = ({ status }: Sender) => senderState(status) === "online";

/**
 * Those of the listed that are there. A list may still show a sender that was deleted a moment ago, so
 * one that is not recorded yet is asked for by its SID, which also says how it is now.
 */
export async function stillThere(
  { claim, deps }: Work,
  credentials: SubaccountCredentials,
  listed: readonly Sender[],
): Promise<Sender[]> {
  const recorded = claim.integration.meta.senderId;
  const found: Sender[] = [];
  for (const sender of listed) {
    const shown =
      sender.sid === recorded ? sender : await deps.senders.fetch(credentials, sender.sid);
    if (shown) found.push(shown);
  }
  return found;
}

async function listWithRecorded(work: Work, credentials: SubaccountCredentials): Promise<Sender[]> {
  const { claim, deps } = work;
  const { senderId } = claim.integration.meta;
  const listed = await deps.senders.list(credentials);
  if (!senderId || listed.some(({ sid }) => sid === senderId)) return listed;
  const recorded = await deps.senders.fetch(credentials, senderId);
  return recorded ? [...listed, recorded] : listed;
}

async function discard(work: Work, subaccountSid: string, senders: Sender[]): Promise<void> {
  work.log.warn(
    { event: "sender_status_changed", surplus: senders.map(({ sid }) => sid) },
    "More than one sender for the number; the younger ones are removed",
  );
  const discards = senders.map(({ sid }) => ({ subaccountSid, senderId: sid }));
  await work.claim.write({ $addToSet: { "registration.discards": { $each: discards } } });
}

async function recordSender(
  work: Work,
  sender: Sender,
  event: "sender_created" | "sender_adopted",
): Promise<void> {
  const awaitsCode = senderState(sender.status) === "awaits_code";
  await progress(
    work,
    awaitsCode ? "verification" : "online",
    {
      $set: { "meta.senderId": sender.sid, "registration.senderStatus": sender.status },
      $unset: {
        "registration.offlineSince": 1,
        "registration.offlineReasons": 1,
        "registration.missingSince": 1,
        "registration.verification.isCounted": 1,
        // What was done with an earlier sender's codes is not this one's.
        ...(event === "sender_created"
          ? {
              "registration.verification.submittedAt": 1,
              "registration.verification.seenAt": 1,
            }
          : {}),
      },
    },
    { event, senderStatus: sender.status },
    awaitsCode ? "customer" : "twilio",
  );
}

/** Twilio reads an SMS to its own number by itself, and by default. */
const DEFAULT_METHOD = { sms_capable: undefined, voice_only: "voice", byo: "sms" } as const;

/**
 * What Twilio is asked for. The WABA is always named, since the subaccount's first sender needs it;
 * the method of verification only where Meta's popup did not verify the number (no phone number id) or
 * where the customer asked for one.
 */
function senderCreation(work: Work): SenderCreation {
  const { integration, registration } = work.claim;
  const { webhookUrl, statusCallbackUrl } = work.deps.settings;
  const { phoneNumberType, phoneNumberId } = integration.meta;
  if (!registration.displayName) throw new RegistrationFailure("display_name_missing");
  const method =
    registration.verification?.method ??
    (phoneNumberId ? undefined : DEFAULT_METHOD[phoneNumberType]);
  return {
    sender_id: senderIdOf(work),
    configuration: {
      waba_id: registration.target.wabaId,
      ...(method ? { verification_method: method } : {}),
    },
    profile: { name: registration.displayName },
    ...(webhookUrl || statusCallbackUrl
      ? {
          webhook: {
            ...(webhookUrl ? { callback_url: webhookUrl, callback_method: "POST" } : {}),
            ...(statusCallbackUrl ? { status_callback_url: statusCallbackUrl } : {}),
          },
        }
      : {}),
  };
}
