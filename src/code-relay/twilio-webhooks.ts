import type { Clock } from "../clock.ts";
import { addLogContext, type Logger } from "../logger.ts";
import { canonicalPhoneNumber, lineOf } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { randomId } from "../tokens.ts";
import type { Channel } from "../twilio/hosted-numbers.ts";
import { toldBy, TwilioError } from "../twilio/twilio-error.ts";
import {
  handCallOn,
  handMessageOn,
  listen,
  nothing,
  recordOn,
  type Handler,
} from "../twilio/twiml.ts";
import { isSignedByTwilio } from "../twilio/webhook-signature.ts";
import { activeSessions } from "./active-sessions.ts";
import { codeInMessage, codeInSpeech } from "./code-in-text.ts";
import { sealContext, type ReceivedCode } from "./code-relay.ts";
import type { NumberRelay } from "./number-relay.ts";
import type { NumberRelayStore } from "./number-relay-store.ts";
import type { Recordings } from "./recordings.ts";
import { isAccountSid, type RelayAccounts } from "./relay-accounts.ts";
import { sealCode } from "./sealed-code.ts";

/** A request to one of the webhooks, unproven. */
export interface WebhookRequest {
  /** Path and query as they were called. */
  originalUrl: string;
  signature: string | undefined;
  /** Of a GET the query, else the form. */
  fields: Record<string, unknown>;
  isGet: boolean;
}

/** A request that Twilio has signed for the account that holds the number. */
interface ProvenRequest {
  accountSid: string;
  relay: NumberRelay | undefined;
  fields: Record<string, unknown>;
}

export interface TwilioWebhooksDeps {
  store: NumberRelayStore;
  sessions: SignupSessionStore;
  relayAccounts: RelayAccounts;
  recordings: Recordings;
  publicUrl: string;
  /** Where what was heard in a call is sent. */
  transcriptionUrl: string;
  clock: Clock;
  logger: Logger;
}

/** Kept for less than ten minutes, so that the sweep has removed it when they are over. */
const CODE_KEPT_MS = 9.5 * 60_000;
const SENDER_MAX_LENGTH = 64;

/** What Twilio tells about messages and calls to a relayed number. Each answer is TwiML. */
export class TwilioWebhooks {
  readonly #deps: TwilioWebhooksDeps;

  constructor(deps: TwilioWebhooksDeps) {
    this.#deps = deps;
  }

  /** @throws ProblemError `webhook_signature_invalid`, `twilio_unavailable` */
  async message(request: WebhookRequest): Promise<string> {
    const { relay, fields } = await this.#prove(request);
    const code = codeInMessage(textOf(fields.Body));
    if (relay && code !== undefined && (await this.#keep(relay, "sms", code, fields))) {
      return nothing();
    }
    const former = relay && formerHandler(relay, "sms");
    return former ? handMessageOn(former) : nothing();
  }

  /** Listens for a code while a signup waits for one. @throws as `message` */
  async call(request: WebhookRequest): Promise<string> {
    const { relay } = await this.#prove(request);
    if (!relay) return nothing();
    const { sessions, clock, transcriptionUrl } = this.#deps;
    const active = await activeSessions(relay, sessions, clock);
    const waiting = active.map(([, entry]) => entry).find(({ channel }) => channel === "voice");
    const former = formerHandler(relay, "voice");
    if (waiting) return listen({ locale: waiting.locale, actionUrl: transcriptionUrl, former });
    return former ? handCallOn(former) : nothing();
  }

  /** What was understood of a call, at once or from its recording. @throws as `message` */
  async transcription(request: WebhookRequest): Promise<string> {
    const { relay, fields, accountSid } = await this.#prove(request);
    const recordingSid = textOf(fields.RecordingSid);
    const { recordings } = this.#deps;
    if (relay && fields.TranscriptionSid === undefined) {
      await recordings.note(relay._id, accountSid, recordingSid);
    } else await recordings.remove(relay?._id ?? "", accountSid, recordingSid);
    if (!relay) return nothing();
    const heard = textOf(fields.SpeechResult);
    const code = codeInSpeech(heard || textOf(fields.TranscriptionText));
    if (code !== undefined && (await this.#keep(relay, "voice", code, fields))) return nothing();
    if (!heard) return nothing();
    const former = formerHandler(relay, "voice");
    return former ? handCallOn(former) : recordOn(this.#deps.transcriptionUrl);
  }

  /** Seals the code to each browser that waits for one. False when none does. */
  async #keep(
    relay: NumberRelay,
    channel: Channel,
    code: string,
    fields: Record<string, unknown>,
  ): Promise<boolean> {
    const { store, sessions, clock, logger } = this.#deps;
    const phoneNumber = relay._id;
    const now = clock.now();
    const until = new Date(now.getTime() + CODE_KEPT_MS);
    const messageId = textOf(fields.MessageSid) || textOf(fields.CallSid) || randomId("code");
    const from = textOf(fields.From).slice(0, SENDER_MAX_LENGTH);
    const text = JSON.stringify({ code, from, at: now.toISOString() } satisfies ReceivedCode);
    let isKept = false;
    for (const [id, entry] of await activeSessions(relay, sessions, clock)) {
      if (entry.channel !== channel) continue;
      const sealed = await sealCode(text, entry.publicKey, sealContext(phoneNumber, id));
      const kept = { id: messageId, sealed, until };
      if (!(await store.keepCode(phoneNumber, id, entry.publicKey, kept))) continue;
      isKept = true;
      const { userId } = entry;
      logger.info({ sessionId: id, userId, phoneNumber, channel }, "A code was relayed");
    }
    return isKept;
  }

  /**
   * Lets through only what Twilio signed with the token of the account that holds the number. The
   * SID in the request is unproven and only chooses among our accounts; nothing is written before
   * the signature has been checked, and no other account of ours speaks for this number.
   */
  async #prove(request: WebhookRequest): Promise<ProvenRequest> {
    const { store, relayAccounts } = this.#deps;
    const { fields, signature } = request;
    const accountSid = textOf(fields.AccountSid);
    const to = textOf(fields.To);
    const phoneNumber = canonicalPhoneNumber(to);
    const refused = (reason: string) => refusedWebhook(reason, accountSid, phoneNumber);
    if (!signature || !accountSid || !to) throw refused("incomplete");
    const relay = phoneNumber === undefined ? undefined : await store.find(lineOf(phoneNumber));
    if (relay) addLogContext({ phoneNumber: relay._id });
    try {
      const token = await relayAccounts.signingToken(accountSid, relay?.accountSid);
      if (token === undefined || !this.#isSigned(token, signature, request)) {
        throw refused(token === undefined ? "account" : "signature");
      }
      if (relay && relay.accountSid !== accountSid) {
        if (!(await relayAccounts.holds(accountSid, relay._id))) throw refused("holder");
        await store.recordAccount(relay._id, accountSid);
      }
    } catch (error) {
      if (error instanceof TwilioError) {
        throw new ProblemError("twilio_unavailable", { cause: error, ...toldBy(error) });
      }
      throw error;
    }
    return { accountSid, relay, fields };
  }

  #isSigned(token: string, signature: string, { originalUrl, fields, isGet }: WebhookRequest) {
    const url = `${this.#deps.publicUrl}${originalUrl}`;
    return isSignedByTwilio(token, signature, url, isGet ? {} : fields);
  }
}

/** Account and number are what the request says: unproven, and named only where they can be ones. */
function refusedWebhook(reason: string, accountSid: string, phoneNumber: string | undefined) {
  return new ProblemError("webhook_signature_invalid", {
    logged: {
      reason,
      ...(isAccountSid(accountSid) ? { accountSid } : {}),
      ...(phoneNumber ? { phoneNumber } : {}),
    },
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Who answered before us. With an application the address is not on the number, and what comes in
 * the meantime stays in Twilio's log of messages.
 */
function formerHandler(relay: NumberRelay, channel: Channel): Handler | undefined {
  const former = relay.former?.[channel];
  return former && former.url && !former.applicationSid ? former : undefined;
}
