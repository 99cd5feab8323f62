import { together } from "../../integrations/change.ts";
import type { WebhookTry } from "../../integrations/integration.ts";
import { SETTLED } from "../../integrations/intent-transitions.ts";
import { WEBHOOK_IN_LINE, webhookTried } from "../../integrations/sender-transitions.ts";
import { sha256 } from "../../tokens.ts";
import type { Sender, SenderWebhook, SubaccountCredentials } from "../../twilio/senders-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { meaningOf } from "../twilio-codes.ts";
import {
  credentialsFor,
  sendIntended,
  type RegistrationSettings,
  type StepContext,
} from "../step-context.ts";

/** What Twilio refuses, or takes and does not do, is not asked for again every hour. */
const AGAIN_AFTER_MS = 24 * 60 * 60_000;

/**
 * Brings the webhook of a sender that works in line with the configuration, also of one that was
 * there before this service was or before the variables were set. What Twilio answers never changes
 * the integration's status: the number works as it did.
 * @throws LeaseLostError, NotSentError
 */
export async function alignWebhook(context: StepContext, sender: Sender): Promise<void> {
  const { claim, deps } = context;
  const wanted = wantedWebhook(deps.settings);
  const subaccountSid = claim.integration.meta.twilioSubaccountSid;
  const credentials = wanted && subaccountSid && (await credentialsFor(context, subaccountSid));
  if (!credentials) return;
  // A list may show less of a sender than the sender itself.
  const shown = sender.webhook ?? (await deps.senders.fetch(credentials, sender.sid))?.webhook;
  const tried = claim.work.webhook;
  const attempt = { senderId: sender.sid, wanted: sha256(JSON.stringify(wanted)) };
  const isSame = tried?.senderId === attempt.senderId && tried.wanted === attempt.wanted;
  if (shown && isInLine(shown, wanted)) {
    if (isSame && !tried.outcome) await noteChange(context, sender.sid, wanted);
    if (tried) await claim.write(WEBHOOK_IN_LINE);
    return;
  }
  if (isSame && isOver(tried, deps.clock.now())) return;
  await change(context, credentials, {
    attempt,
    shown,
    wanted,
    ...(isSame ? { before: tried } : {}),
  });
}

interface Change {
  attempt: Pick<WebhookTry, "senderId" | "wanted">;
  shown: SenderWebhook | undefined;
  wanted: SenderWebhook;
  /** The try before this one, for the same. */
  before?: WebhookTry;
}

/** Undefined where no variable is set: then whatever is there stays. */
function wantedWebhook(settings: RegistrationSettings): SenderWebhook | undefined {
  const { webhookUrl, statusCallbackUrl } = settings;
  if (!webhookUrl && !statusCallbackUrl) return undefined;
  return {
    ...(webhookUrl ? { callback_url: webhookUrl, callback_method: "POST" } : {}),
    ...(statusCallbackUrl
      ? { status_callback_url: statusCallbackUrl, status_callback_method: "POST" }
      : {}),
  };
}

/** A method that is not shown is POST, and an address may be shown as a parser writes it. */
function isInLine(shown: SenderWebhook, wanted: SenderWebhook): boolean {
  return Object.entries(wanted).every(([field, value]) => {
    const present = shown[field as keyof SenderWebhook];
    return field.endsWith("_method")
      ? (present || "POST") === value
      : present !== undefined && hrefOf(present) === hrefOf(value);
  });
}

/** Twilio answered for good, and the time to ask anew has not come. */
function isOver({ outcome, againAt }: WebhookTry, now: Date): boolean {
  return outcome !== undefined && (againAt === undefined || againAt > now);
}

async function change(
  context: StepContext,
  credentials: SubaccountCredentials,
  plan: Change,
): Promise<void> {
  const { claim, deps } = context;
  const { attempt, shown, wanted, before } = plan;
  const { accountSid: subaccountSid } = credentials;
  const { senderId } = attempt;
  const againAt = new Date(deps.clock.now().getTime() + AGAIN_AFTER_MS);
  await claim.write(webhookTried({ ...attempt, ...refusalOf(before) }));
  try {
    await sendIntended(context, { kind: "update_sender", subaccountSid, senderId }, (timeoutMs) =>
      deps.senders.update(credentials, senderId, { webhook: withShown(shown, wanted) }, timeoutMs),
    );
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    await noteRefusal(context, plan, error, againAt);
    return;
  }
  // Where Twilio shows no webhook at all, nothing can tell whether it has to be sent again.
  const taken = { ...attempt, outcome: "taken" as const, ...(shown ? { againAt } : {}) };
  await claim.write(together(webhookTried(taken), SETTLED));
  await noteChange(context, senderId, wanted, shown);
}

/**
 * What is shown goes along with what is wanted, so that nothing else can get lost; of addresses that
 * are not set, Twilio shows a method all the same.
 */
function withShown(shown: SenderWebhook | undefined, wanted: SenderWebhook): SenderWebhook {
  const all: Record<string, string | undefined> = { ...shown, ...wanted };
  return Object.fromEntries(
    Object.entries(all).filter(([field]) => all[field.replace(/_method$/, "_url")] !== undefined),
  );
}

function refusalOf(before: WebhookTry | undefined) {
  const { refusal, providerCode } = before ?? {};
  return { ...(refusal ? { refusal } : {}), ...(providerCode ? { providerCode } : {}) };
}

async function noteChange(
  { claim, deps, log }: StepContext,
  senderId: string,
  to: SenderWebhook,
  from?: SenderWebhook,
): Promise<void> {
  await claim.write({}, { at: deps.clock.now(), event: "sender_webhook_changed" });
  log.info(
    { event: "sender_webhook_changed", senderId, from: from ? places(from) : null, to: places(to) },
    "The sender's webhook is the configured one",
  );
}

/** Told once: the same refusal at the next try is no news. An outage ends by itself. */
async function noteRefusal(
  { claim, deps, log }: StepContext,
  { attempt, wanted, before }: Change,
  error: TwilioError,
  againAt: Date,
): Promise<void> {
  const isFinal = error.kind === "final";
  const refusal = meaningOf(error).problem;
  const providerCode = error.code?.toString();
  const isNews = before?.refusal !== refusal || before.providerCode !== providerCode;
  const known = { refusal, ...(providerCode ? { providerCode } : {}) };
  const entry = { at: deps.clock.now(), event: "sender_webhook_refused", code: refusal };
  const outcome = isFinal ? { outcome: "refused" as const, againAt } : {};
  await claim.write(webhookTried({ ...attempt, ...known, ...outcome }), ...(isNews ? [entry] : []));
  if (!isNews) return;
  const told = { err: error, senderId: attempt.senderId, to: places(wanted), ...known };
  if (isFinal) log.error(told, "Twilio refuses the sender's webhook: the number keeps its old one");
  else log.warn(told, "The sender's webhook could not be changed and will be tried again");
}

/** Host and path alone: queries and fragments of such addresses may carry secrets. */
function places({ callback_url, status_callback_url }: SenderWebhook) {
  return {
    callback: callback_url ? placeOf(callback_url) : null,
    statusCallback: status_callback_url ? placeOf(status_callback_url) : null,
  };
}

function placeOf(address: string): string {
  if (!URL.canParse(address)) return "unreadable";
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

function hrefOf(address: string): string {
  return URL.canParse(address) ? new URL(address).href : address;
}
