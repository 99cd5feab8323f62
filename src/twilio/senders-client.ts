import { z } from "zod";
import { senderSchema, toSender, type Sender, type SenderWebhook } from "./sender.ts";
import type { TwilioTransport } from "./transport.ts";
import { TwilioError } from "./twilio-error.ts";

export type { Sender, SenderWebhook } from "./sender.ts";

/** Who calls: the subaccount itself. The parent's credentials would act on the parent's senders. */
export interface SubaccountCredentials {
  accountSid: string;
  authToken: string;
}

/** The body of a create, in the wire's own names (docs/domain.md 3.2). */
export interface SenderCreation {
  sender_id: string;
  configuration: { waba_id: string; verification_method?: "sms" | "voice" };
  profile: { name: string };
  webhook?: SenderWebhook;
}

/** The body of an update. */
export interface SenderUpdate {
  configuration?: { verification_code?: string; verification_method?: "sms" | "voice" };
  webhook?: SenderWebhook;
}

const pageSchema = z.object({
  senders: z.array(senderSchema),
  meta: z.object({ next_page_url: z.string().nullish() }),
});

export interface SendersSettings {
  messagingBaseUrl: string;
  timeoutMs: number;
}

/** The path is case-sensitive: any other spelling is a 404. */
const SENDERS_PATH = "/v2/Channels/Senders";
const PAGE_SIZE = 1000;
/** No subaccount has more; a list that does not end, or comes back to itself, is no list. */
const PAGES_MAX = 100;

/** One call of the Senders API. */
interface Call<T> {
  /** Names the call in errors and in the log. */
  operation: string;
  method: "GET" | "POST" | "DELETE";
  path: string;
  as: SubaccountCredentials;
  /** Of the answer. */
  schema: z.ZodType<T>;
  /** Sent as JSON. */
  body?: object;
  /** The configured limit, unless the call's intent leaves less. */
  timeoutMs?: number;
  /** Texts that no error and no log may repeat. */
  secrets?: readonly string[];
}

/**
 * The Senders API over plain HTTP, because the twilio package's types ask for camelCase names and
 * send them unchanged, while the API's documented names are snake_case (docs/domain.md 3.7).
 */
export class SendersClient {
  readonly #transport: TwilioTransport;
  readonly #settings: SendersSettings;

  constructor(transport: TwilioTransport, settings: SendersSettings) {
    this.#transport = transport;
    this.#settings = settings;
  }

  /** Every WhatsApp sender of the subaccount, all pages. @throws TwilioError */
  async list(as: SubaccountCredentials): Promise<Sender[]> {
    const senders: Sender[] = [];
    let path = `${SENDERS_PATH}?Channel=whatsapp&PageSize=${PAGE_SIZE}`;
    const seen = new Set<string>();
    while (seen.size < PAGES_MAX && !seen.has(path)) {
      seen.add(path);
      const page = await this.#send({
        operation: "list senders",
        method: "GET",
        path,
        as,
        schema: pageSchema,
      });
      senders.push(...page.senders.map(toSender));
      if (!page.meta.next_page_url) return senders;
      path = this.#pathOf(page.meta.next_page_url);
    }
    throw new TwilioError("list senders", { kind: "retryable", outcomeUnknown: false });
  }

  /** Only path and query are followed, so that credentials go nowhere but to our base URL. */
  #pathOf(address: string): string {
    const base = new URL(this.#settings.messagingBaseUrl);
    const { pathname, search } = new URL(address, base);
    const prefix = base.pathname.replace(/\/$/, "");
    return `${pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname}${search}`;
  }

  /** Undefined when there is none under this SID. @throws TwilioError */
  async fetch(as: SubaccountCredentials, sid: string): Promise<Sender | undefined> {
    try {
      return toSender(
        await this.#send({
          operation: "fetch sender",
          method: "GET",
          path: pathOf(sid),
          as,
          schema: senderSchema,
        }),
      );
    } catch (error) {
      if (error instanceof TwilioError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /**
   * Asks Twilio to register a sender; 202 means accepted, the registration itself comes later.
   * @param timeoutMs what the intent leaves for this call. @throws TwilioError
   */
  async create(
    as: SubaccountCredentials,
    creation: SenderCreation,
    timeoutMs: number,
  ): Promise<Sender> {
    return toSender(
      await this.#send({
        operation: "create sender",
        method: "POST",
        path: SENDERS_PATH,
        as,
        schema: senderSchema,
        body: creation,
        timeoutMs,
      }),
    );
  }

  /** @throws TwilioError */
  async update(
    as: SubaccountCredentials,
    sid: string,
    update: SenderUpdate,
    timeoutMs: number,
  ): Promise<void> {
    const code = update.configuration?.verification_code;
    await this.#send({
      operation: "update sender",
      method: "POST",
      path: pathOf(sid),
      as,
      schema: z.unknown(),
      body: update,
      timeoutMs,
      secrets: code === undefined ? [] : [code],
    });
  }

  /** A sender that is deleted already is no error. @throws TwilioError */
  async delete(as: SubaccountCredentials, sid: string, timeoutMs: number): Promise<void> {
    try {
      await this.#send({
        operation: "delete sender",
        method: "DELETE",
        path: pathOf(sid),
        as,
        schema: z.unknown(),
        timeoutMs,
      });
    } catch (error) {
      if (!(error instanceof TwilioError && error.isNotFound)) throw error;
    }
  }

  async #send<T>(call: Call<T>): Promise<T> {
    const { operation, method, path, as, body, timeoutMs = this.#settings.timeoutMs } = call;
    const answer = await this.#transport.send({
      operation,
      method,
      url: `${this.#settings.messagingBaseUrl}${path}`,
      username: as.accountSid,
      password: as.authToken,
      ...(body && { body: { contentType: "application/json", text: JSON.stringify(body) } }),
      timeoutMs,
      secrets: call.secrets ?? [],
    });
    const parsed = call.schema.safeParse(answer.json);
    if (parsed.success) return parsed.data;
    throw new TwilioError(
      operation,
      {
        kind: "retryable",
        outcomeUnknown: true,
        status: answer.status,
        network: "unreadable answer",
      },
      parsed.error,
    );
  }
}

function pathOf(sid: string): string {
  return `${SENDERS_PATH}/${sid}`;
}
