// Sends for the numbers that the service connected, and tells Twilio's webhooks from forged ones. It
// needs the package `twilio`; copy it into your backend, beside connect-whatsapp.ts or without it. Node
// runs it as it is from 22.18 on, and from 20 on under tsx or once it is compiled.
import twilio from "twilio";

type TwilioClient = ReturnType<typeof twilio>;
type ClientOptions = Parameters<typeof twilio>[2];
type MessageOptions = Parameters<TwilioClient["messages"]["create"]>[0];

/** What sending needs of an integration, as the API shows it. */
export interface ConnectedNumber {
  id: string;
  status: string;
  meta: { twilioSubaccountSid?: string; senderId?: string };
}

/** The number of this integration does not work now: nothing was sent. */
export class NumberNotLinkedError extends Error {
  override readonly name = "NumberNotLinkedError";
}

/** A request to one of your webhooks, as it claims to be Twilio's. */
export interface ClaimedWebhook {
  /** The address as it is written at Twilio, with https, host, path and query. */
  url: string;
  /** The header X-Twilio-Signature. */
  signature: string | undefined;
  /** The form's fields; of a GET none. */
  params: Record<string, string>;
}

const TOKEN_LIFE_MS = 10 * 60_000;
/** A stranger's signatures cause no more calls to Twilio than this. */
const REREAD_AFTER_MS = 5_000;

/**
 * Each connected number is in a Twilio subaccount of its own, with a token of its own: messages are sent
 * with that one (the parent's credentials are refused, 63007), and Twilio signs with that one.
 */
export class WhatsAppSending {
  readonly #parentSid: string;
  readonly #parent: TwilioClient;
  readonly #options: ClientOptions;
  readonly #tokens = new Map<string, { token: string; readAtMs: number }>();
  readonly #senders = new Map<string, string>();

  /** @param parent the account that the service is configured with; never a subaccount's */
  constructor(parent: { accountSid: string; authToken: string }, options: ClientOptions = {}) {
    this.#parentSid = parent.accountSid;
    this.#options = options;
    this.#parent = twilio(parent.accountSid, parent.authToken, options);
  }

  /**
   * Hands a message to Twilio; whether it arrives, the status callback tells. Free text reaches only
   * people who have written within 24 hours; the first contact needs a template (`contentSid`).
   * @param to the person's number, E.164
   * @returns the message's SID
   * @throws NumberNotLinkedError, and twilio's RestException
   */
  async send(
    number: ConnectedNumber,
    to: string,
    content: Omit<MessageOptions, "from" | "to">,
  ): Promise<string> {
    const send = async () => {
      const client = await this.clientOf(number);
      const from = await this.#senderOf(client, number);
      return client.messages.create({ ...content, from, to: `whatsapp:${to}` });
    };
    try {
      return (await send()).sid;
    } catch (error) {
      // The token may have been exchanged since it was read; what was refused so was not sent.
      if (statusOf(error) !== 401) throw error;
      this.#tokens.delete(number.meta.twilioSubaccountSid ?? "");
      return (await send()).sid;
    }
  }

  /** Twilio with the credentials of the number's subaccount. @throws NumberNotLinkedError */
  async clientOf({ id, status, meta }: ConnectedNumber): Promise<TwilioClient> {
    const sid = meta.twilioSubaccountSid;
    if (status !== "linked" || sid === undefined) {
      throw new NumberNotLinkedError(`The integration ${id} is ${status}: nothing can be sent`);
    }
    return twilio(sid, await this.#tokenOf(sid), this.#options);
  }

  /**
   * Whether Twilio sent this, in the name of one of your subaccounts: `params.AccountSid`. Whose that
   * is, your own record of the integration says; never take the customer from the request alone.
   */
  async isFromTwilio({ url, signature, params }: ClaimedWebhook): Promise<boolean> {
    const { AccountSid: sid = "" } = params;
    if (!signature || !/^AC[0-9a-f]{32}$/.test(sid) || sid === this.#parentSid) return false;
    const isSigned = (token: string) => twilio.validateRequest(token, signature, url, params);
    try {
      return (
        isSigned(await this.#tokenOf(sid)) || isSigned(await this.#tokenOf(sid, REREAD_AFTER_MS))
      );
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  /** Read with the parent's credentials, kept in memory, never stored. */
  async #tokenOf(sid: string, maxAgeMs = TOKEN_LIFE_MS): Promise<string> {
    const known = this.#tokens.get(sid);
    if (known && Date.now() - known.readAtMs < maxAgeMs) return known.token;
    const { authToken: token } = await this.#parent.api.v2010.accounts(sid).fetch();
    this.#tokens.set(sid, { token, readAtMs: Date.now() });
    return token;
  }

  /** As Twilio spells it, which in some countries is not how people dial it. */
  async #senderOf(client: TwilioClient, { id, meta }: ConnectedNumber): Promise<string> {
    const { senderId: sid } = meta;
    if (sid === undefined) throw new NumberNotLinkedError(`The integration ${id} has no sender`);
    const known = this.#senders.get(sid);
    if (known !== undefined) return known;
    const { senderId } = await client.messaging.v2.channelsSenders(sid).fetch();
    this.#senders.set(sid, senderId);
    return senderId;
  }
}

function statusOf(error: unknown): unknown {
  return (error as { status?: unknown } | undefined)?.status;
}
