import type { Answer, Call } from "../http/answer.ts";
import { form, rfc2822 } from "./accounts.ts";
import { pathAccount } from "./auth.ts";
import { TwilioFailure } from "./errors.ts";
import { isOnline } from "./sender-life.ts";
import { newSid, type TwilioStore } from "./store.ts";
import { callWebhook, type WebhookAnswer } from "./webhook.ts";

/** A person's WhatsApp message to a sender. */
export interface InboundMessage {
  /** The sender's number. */
  to: string;
  /** The person's number. */
  from: string;
  body: string;
}

const ADDRESS = /^whatsapp:\+[1-9]\d{6,14}$/;

/**
 * `POST …/Messages.json`: accepted where the account of the path has the sender, and it is ONLINE;
 * else 63007, as with the parent's credentials. Nothing is delivered.
 * https://www.twilio.com/docs/api/errors/63007
 */
export function createMessage(store: TwilioStore, call: Call): Answer {
  const account = pathAccount(store, call, call.params.accountSid);
  const { From: from = "", To: to = "", Body: body, ContentSid: contentSid } = form(call);
  if (!ADDRESS.test(to)) throw new TwilioFailure(400, 21211, "To");
  if (!body && !contentSid) throw new TwilioFailure(400, 21602, "Body");
  const sender = store.livingSenders(account.sid).find(({ senderId }) => senderId === from);
  if (sender === undefined || !isOnline(sender)) throw new TwilioFailure(400, 63007, from);
  const sid = newSid("SM");
  const now = rfc2822(new Date(store.now()));
  const uri = `/2010-04-01/Accounts/${account.sid}/Messages/${sid}`;
  return {
    status: 201,
    body: {
      sid,
      account_sid: account.sid,
      api_version: "2010-04-01",
      body: body ?? "",
      date_created: now,
      date_sent: null,
      date_updated: now,
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from,
      messaging_service_sid: null,
      num_media: "0",
      num_segments: "1",
      price: null,
      price_unit: null,
      status: "queued",
      subresource_uris: { media: `${uri}/Media.json` },
      to,
      uri: `${uri}.json`,
    },
  };
}

/**
 * Hands a message to the sender's `callback_url`, signed with its account's token; null where the
 * sender has none. https://www.twilio.com/docs/messaging/guides/webhook-request
 * @throws Error where no sender that is ONLINE has the number
 */
export async function receiveMessage(
  store: TwilioStore,
  { to, from, body }: InboundMessage,
): Promise<WebhookAnswer | null> {
  const senderId = `whatsapp:${to}`;
  const sender = store.livingSenders().find((one) => one.senderId === senderId);
  const account = sender && store.accounts.get(sender.accountSid);
  if (!sender || !account || !isOnline(sender)) {
    throw new Error(`The simulated Twilio has no sender ONLINE of ${to}`);
  }
  const { callback_url: url, callback_method: method } = sender.webhook;
  if (typeof url !== "string" || url === "") return null;
  const sid = newSid("SM");
  return callWebhook(url, typeof method === "string" ? method : "POST", account.authToken, {
    ApiVersion: "2010-04-01",
    AccountSid: account.sid,
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    SmsStatus: "received",
    MessageType: "text",
    NumMedia: "0",
    NumSegments: "1",
    ProfileName: "Simulated person",
    WaId: from.replace("+", ""),
    From: `whatsapp:${from}`,
    To: senderId,
    Body: body,
  });
}
