import { createHmac } from "node:crypto";
import type { Logger } from "../logger.ts";
import { canonicalPhoneNumber } from "../phone-number.ts";
import { failedCall, refusalMessage } from "../provider-message.ts";
import { graphGet, idText, isJson, type Json } from "./graph-call.ts";
import { GraphError, type GraphSubject } from "./graph-error.ts";

/** All calls for one proof together; the code lives 30 s and the customer waits. */
const PROOF_TIMEOUT_MS = 8_000;
const PHONE_NUMBERS_PAGE_SIZE = 100;
/** No WABA has more numbers; a list that does not end is no list. */
const PHONE_NUMBERS_PAGES_MAX = 50;

export interface GraphSettings {
  baseUrl: string;
  version: string;
  appId: string;
  appSecret: string;
}

/** A customer's token, kept in memory for the length of one proof. */
export interface GraphSession {
  /** Whether the token was granted this WABA. */
  isGranted(wabaId: string): Promise<boolean>;
  /** The WABA's numbers by Meta's id. */
  phoneNumbers(wabaId: string): Promise<Map<string, ListedNumber>>;
}

/** A number as Meta lists it in a WABA, where every person with access can have put it. */
export interface ListedNumber {
  /** Canonical; absent where what is displayed cannot be read as a number. */
  number?: string;
  /**
   * A person entered a code that came to it, or it is in use there: one that works may be CONNECTED
   * while the verification of its code has EXPIRED (docs/domain.md 5.9).
   */
  isVerified: boolean;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The few calls to Meta's Graph API that prove who owns a WABA. Code and token are never stored. */
export class GraphClient {
  readonly #settings: GraphSettings;
  readonly #logger: Logger;

  constructor(settings: GraphSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /**
   * Whether Meta takes the app's id and secret: asks for the app's own token and forgets it.
   * @throws GraphError `app_rejected` where it does not, `unavailable` where it does not say
   */
  async checkApp(signal: AbortSignal): Promise<void> {
    const { appId, appSecret } = this.#settings;
    const query = {
      client_id: appId,
      client_secret: appSecret,
      grant_type: "client_credentials",
    };
    await this.#get("oauth/access_token", signal, query, "app");
  }

  /**
   * Exchanges the code of `FB.login`; one from the JavaScript SDK goes without a redirect_uri.
   * @throws GraphError
   */
  async openSession(code: string): Promise<GraphSession> {
    const signal = AbortSignal.timeout(PROOF_TIMEOUT_MS);
    const { appId, appSecret } = this.#settings;
    const operation = "oauth/access_token";
    const query = { client_id: appId, client_secret: appSecret, code };
    const answer = await this.#get(operation, signal, query, "code");
    const token = answer.access_token;
    if (typeof token !== "string") throw new GraphError("unavailable", { operation });
    return {
      isGranted: (wabaId) => this.#isGranted(token, wabaId, signal),
      phoneNumbers: (wabaId) => this.#phoneNumbers(token, wabaId, signal),
    };
  }

  async #isGranted(token: string, wabaId: string, signal: AbortSignal): Promise<boolean> {
    const { appId, appSecret } = this.#settings;
    const operation = "debug_token";
    const query = { input_token: token, access_token: `${appId}|${appSecret}` };
    const { data } = await this.#get(operation, signal, query, "app");
    if (!isJson(data)) return false;
    if (data.is_valid === false) throw notValid(operation, data, [token, appSecret]);
    if (data.app_id !== undefined && idText(data.app_id) !== appId) return false;
    const scopes = list(data.granular_scopes).filter(
      ({ scope }) => scope === "whatsapp_business_management",
    );
    const targets = scopes.flatMap(({ target_ids: ids }) => (Array.isArray(ids) ? ids : []));
    // A scope without targets covers whatever the token's user can reach, so only a read proves it.
    if (targets.length === 0) return this.#canRead(token, wabaId, signal);
    return targets.some((id) => idText(id) === wabaId);
  }

  async #canRead(token: string, wabaId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const waba = await this.#get(wabaId, signal, { fields: "id", ...this.#asCustomer(token) });
      return idText(waba.id) === wabaId;
    } catch (error) {
      if (error instanceof GraphError && error.kind === "refused") return false;
      throw error;
    }
  }

  async #phoneNumbers(token: string, wabaId: string, signal: AbortSignal) {
    const numbers = new Map<string, ListedNumber>();
    let after: string | undefined;
    for (let pages = 0; pages < PHONE_NUMBERS_PAGES_MAX; pages += 1) {
      const page = await this.#get(`${wabaId}/phone_numbers`, signal, {
        fields: "id,display_phone_number,code_verification_status,status",
        limit: String(PHONE_NUMBERS_PAGE_SIZE),
        ...(after ? { after } : {}),
        ...this.#asCustomer(token),
      });
      for (const listed of list(page.data)) {
        const numberId = idText(listed.id);
        if (numberId !== undefined) numbers.set(numberId, toListedNumber(listed));
      }
      const next = nextCursor(page);
      if (next === undefined) return numbers;
      if (next === after) break;
      after = next;
    }
    throw new GraphError("unavailable", {
      operation: "list phone numbers",
      providerMessage: "the list does not end",
    });
  }

  #asCustomer(token: string) {
    const proof = createHmac("sha256", this.#settings.appSecret).update(token).digest("hex");
    return { access_token: token, appsecret_proof: proof };
  }

  async #get(
    path: string,
    signal: AbortSignal,
    query: Record<string, string>,
    subject: GraphSubject = "token",
  ): Promise<Json> {
    const { baseUrl, version, appSecret } = this.#settings;
    const { code, input_token: token, access_token: ownToken } = query;
    const secrets = [appSecret, code, token, ownToken].filter((one) => one !== undefined);
    return graphGet(this.#logger, { baseUrl, version, path, query, subject, signal, secrets });
  }
}

/** Our app may ask, and the answer is that the customer's token is none any more. */
function notValid(operation: string, data: Json, secrets: readonly string[]): GraphError {
  const { code, message } = isJson(data.error) ? data.error : {};
  const providerMessage = refusalMessage(message, [], secrets);
  return new GraphError("refused", {
    ...failedCall({ operation, providerMessage }),
    code: idText(code),
  });
}

function toListedNumber(listed: Json): ListedNumber {
  const { display_phone_number: shown, code_verification_status: code, status } = listed;
  const number =
    typeof shown === "string"
      ? canonicalPhoneNumber(shown.startsWith("+") ? shown : `+${shown}`)
      : undefined;
  return {
    ...(number ? { number } : {}),
    isVerified: code === "VERIFIED" || status === "CONNECTED",
  };
}

function nextCursor(page: Json): string | undefined {
  if (!isJson(page.paging) || page.paging.next === undefined) return undefined;
  const { cursors } = page.paging;
  return isJson(cursors) && typeof cursors.after === "string" ? cursors.after : undefined;
}
