import { LeaseLostError } from "../../durable/lease.ts";
import {
  senderNotListed,
  senderRecorded,
  subaccountUnknown,
  toBeRemoved,
} from "../../integrations/sender-transitions.ts";
import { spellingsOf } from "../../phone-number.ts";
import type { Sender, SenderCreation, SubaccountCredentials } from "../../twilio/senders-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { RegistrationFailure } from "../failure.ts";
import { senderState, stepOf } from "../../integrations/sender-status.ts";
import {
  CONTINUE,
  credentialsFor,
  removeUnrecordedSender,
  isOfNumber,
  sendIntended,
  type StepResult,
  type StepContext,
} from "../step-context.ts";
import { countingCode } from "./counted-code.ts";
import { requireFree } from "./ownership.ts";

/** Goes back to the subaccount step when the subaccount is unknown to Twilio. */
export async function senderStep(context: StepContext): Promise<StepResult> {
  const { claim, deps } = context;
  const subaccountSid = claim.integration.meta.twilioSubaccountSid;
  const credentials = subaccountSid && (await credentialsFor(context, subaccountSid));
  if (!credentials) {
    await claim.write(subaccountUnknown(claim.integration, deps.clock.now()));
    return CONTINUE;
  }
  await registerWhatsAppSender(context, credentials);
  const waitingFor = claim.registration.step === "verification" ? "customer" : "twilio";
  return { kind: "wait", ms: deps.settings.pollIntervalMs, waitingFor };
}

/**
 * Registers the integration's number as a WhatsApp sender of its subaccount and records it: adopts
 * the one that is there, else creates it. Twilio's acceptance is not yet success; the next steps
 * poll until it is ONLINE.
 * @throws RegistrationFailure `sender_has_other_waba`, `display_name_missing`
 * @throws ConflictMetError, TwilioError, LeaseLostError
 */
export async function registerWhatsAppSender(
  context: StepContext,
  credentials: SubaccountCredentials,
): Promise<void> {
  const existing = await findSender(context, credentials);
  if (existing) {
    await recordSender(context, existing, "sender_adopted");
    context.log.info(
      { event: "sender_adopted", senderId: existing.sid, senderStatus: existing.status },
      "The number has a sender in its subaccount already",
    );
    return;
  }
  // A recorded one that is nowhere may only not show yet: the polls wait until it must.
  const { claim, deps } = context;
  if (claim.integration.meta.senderId) {
    return claim.write(senderNotListed(claim.integration, deps.clock.now()));
  }
  await requireFree(context);
  const subaccountSid = credentials.accountSid;
  const creation = await senderCreation(context, subaccountSid);
  const created = await countingCode(context, creation, () =>
    sendIntended(context, { kind: "create_sender", subaccountSid }, (timeoutMs) =>
      context.deps.senders.create(credentials, creation, timeoutMs),
    ),
  );
  try {
    await recordSender(context, created, "sender_created");
  } catch (error) {
    if (error instanceof LeaseLostError) {
      await removeUnrecordedSender(context, { subaccountSid, senderId: created.sid });
    }
    throw error;
  }
  context.log.info(
    { event: "sender_created", senderId: created.sid, senderStatus: created.status },
    "Twilio accepted the sender",
  );
}

/**
 * The number's one sender in the subaccount; others beside it are put down for removal.
 * @throws RegistrationFailure `sender_has_other_waba`
 */
export async function findSender(
  context: StepContext,
  credentials: SubaccountCredentials,
): Promise<Sender | undefined> {
  const { kept, surplus, underOtherWaba } = await findSenders(context, credentials);
  if (underOtherWaba) throw new RegistrationFailure("sender_has_other_waba");
  if (surplus.length > 0) await markSurplusForRemoval(context, credentials.accountSid, surplus);
  return kept;
}

/**
 * The number's senders in the subaccount, from all pages of the list; a recorded one that is not
 * listed (yet) is asked for by its SID. Should there be several, the recorded one is kept, else one
 * that works, else the oldest. Senders bear no date; Twilio's lists begin with the newest (an
 * assumption for this one).
 */
export async function findSenders(
  context: StepContext,
  credentials: SubaccountCredentials,
): Promise<{ kept?: Sender; surplus: Sender[]; underOtherWaba?: Sender }> {
  const { integration, work } = context.claim;
  const leaving = new Set(work.sendersToRemove.map(({ senderId }) => senderId));
  const all = await listWithRecorded(context, credentials);
  const ours = await stillThere(
    context,
    credentials,
    all.filter((sender) => isOfNumber(context, sender) && !leaving.has(sender.sid)),
  );
  const { wabaId } = integration.meta;
  const matching = ours.filter((sender) => (sender.wabaId ?? wabaId) === wabaId);
  const recorded = matching.find((sender) => sender.sid === integration.meta.senderId);
  const kept = recorded ?? matching.findLast(isOnline) ?? matching.at(-1);
  if (kept) return { kept, surplus: matching.filter((sender) => sender !== kept) };
  const [underOtherWaba] = ours;
  return underOtherWaba ? { surplus: [], underOtherWaba } : { surplus: [] };
}

const isOnline = ({ status }: Sender) => senderState(status) === "online";

/**
 * Those of the listed that are there. A list may still show a sender that was deleted a moment ago, so
 * one that is not recorded yet is asked for by its SID, which also says how it is now.
 */
export async function stillThere(
  { claim, deps }: StepContext,
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

async function listWithRecorded(
  context: StepContext,
  credentials: SubaccountCredentials,
): Promise<Sender[]> {
  const { claim, deps } = context;
  const { senderId } = claim.integration.meta;
  const listed = await listOrNone(context, credentials);
  if (!senderId || listed.some(({ sid }) => sid === senderId)) return listed;
  const recorded = await deps.senders.fetch(credentials, senderId);
  return recorded ? [...listed, recorded] : listed;
}

/** A list that is not found shows nothing; the sender itself then says whether it is there. */
async function listOrNone({ claim, deps }: StepContext, credentials: SubaccountCredentials) {
  try {
    return await deps.senders.list(credentials);
  } catch (error) {
    const isRecorded = claim.integration.meta.senderId !== undefined;
    if (isRecorded && error instanceof TwilioError && error.isNotFound) return [];
    throw error;
  }
}

/** Senders beside the one that is kept. */
export async function markSurplusForRemoval(
  context: StepContext,
  subaccountSid: string,
  senders: Sender[],
): Promise<void> {
  context.log.warn(
    { event: "sender_status_changed", surplus: senders.map(({ sid }) => sid) },
    "More than one sender for the number; the younger ones are removed",
  );
  await context.claim.write(
    toBeRemoved(senders.map(({ sid }) => ({ subaccountSid, senderId: sid }))),
  );
}

async function recordSender(
  { claim, deps }: StepContext,
  sender: Sender,
  event: "sender_created" | "sender_adopted",
): Promise<void> {
  const now = deps.clock.now();
  const change = senderRecorded(claim.integration, sender, event, now);
  const step = stepOf(sender.status);
  await claim.write(change, { at: now, step, event, senderStatus: sender.status });
}

/** Twilio reads an SMS to its own number by itself, and by default. */
const DEFAULT_METHOD = { sms_capable: undefined, voice_only: "voice", byo: "sms" } as const;

/**
 * What the number is registered as: a number of Twilio's as Twilio writes it, since it reads the code
 * that comes to its own number by itself only where both are the same; any other as it is kept, which
 * is how people dial it. Meta takes either spelling for the same line.
 */
async function senderIdOf({ claim, deps }: StepContext, subaccountSid: string): Promise<string> {
  const { externalId } = claim.integration;
  const isAmbiguous = spellingsOf(externalId).length > 1;
  const [owned] = isAmbiguous ? await deps.accounts.listNumbers(subaccountSid, externalId) : [];
  return `whatsapp:${owned?.phoneNumber ?? externalId}`;
}

/**
 * What Twilio is asked for. The WABA is always named, since the subaccount's first sender needs it;
 * the method of verification only where Meta does not show the number as verified or connected, or
 * where the customer asked for one. A phone number id alone says nothing: popups may end with a number
 * that nobody verified.
 */
async function senderCreation(
  context: StepContext,
  subaccountSid: string,
): Promise<SenderCreation> {
  const { integration, registration } = context.claim;
  const { webhookUrl, statusCallbackUrl } = context.deps.settings;
  const { target, verification, displayName } = registration;
  if (!displayName) throw new RegistrationFailure("display_name_missing");
  const usual = DEFAULT_METHOD[integration.meta.phoneNumberType];
  const method = verification?.method ?? (target.numberShown ? undefined : usual);
  return {
    sender_id: await senderIdOf(context, subaccountSid),
    configuration: {
      waba_id: integration.meta.wabaId,
      ...(method ? { verification_method: method } : {}),
    },
    profile: { name: displayName },
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
