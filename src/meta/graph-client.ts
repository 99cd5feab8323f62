import { createHmac } from "node:crypto";
import { canonicalPhoneNumber } from "../phone-number.ts";

/** All calls for one proof together; the code lives 30 s and the customer waits. */
const PROOF_TIMEOUT_MS = 8_000;
const PHONE_NUMBERS_PAGE_SIZE = 100;
/**
 * Codes of the Graph API that say nothing about the code or the token, whatever their status: 1 and
 * 2 are Meta's own trouble, 4, 17, 32 and 613 rate limits (Meta's page on handling errors).
 */
const PASSING_CODES = new Set(["1", "2", "4", "17", "32", "613"]);

/** `refused`: Meta said no to this code or token. `unavailable`: Meta gave no usable answer. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly kind: "refused" | "unavailable";
  /** Meta's error code, where it gave one. */
  readonly code?: string;

  constructor(kind: "refused" | "unavailable", operation: string, code?: string, cause?: unknown) {
    super(`Meta's Graph API: ${operation} ${kind}`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    if (code !== undefined) this.code = code;
  }
}

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

/** A number as Meta lists it in a WABA, where anybody with access may have put it. */
export interface ListedNumber {
  /** Canonical; absent where what is displayed cannot be read as a number. */
  number?: string;
  /**
   * Somebody entered a code that came to it, or it is in use there: one that works may be CONNECTED
   * while the verification of its code has EXPIRED (docs/domain.md 5.9).
   */
  isVerified: boolean;
}

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Meta writes ids and codes as texts or as numbers. */
function idText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The few calls to Meta's Graph API that prove who owns a WABA. Code and token are never stored. */
export class GraphClient {
  readonly #settings: GraphSettings;

  constructor(settings: GraphSettings) {
    this.#settings = settings;
  }

  /**
   * Exchanges the code of `FB.login`; one from the JavaScript SDK goes without a redirect_uri.
   * @throws GraphError
   */
  async openSession(code: string): Promise<GraphSession> {
    const signal = AbortSignal.timeout(PROOF_TIMEOUT_MS);
    const { appId, appSecret } = this.#settings;
    const answer = await this.#get("oauth/access_token", signal, {
      client_id: appId,
      client_secret: appSecret,
      code,
    });
    const token = answer.access_token;
    if (typeof token !== "string") throw new GraphError("unavailable", "code exchange");
    return {
      isGranted: (wabaId) => this.#isGranted(token, wabaId, signal),
      phoneNumbers: (wabaId) => this.#phoneNumbers(token, wabaId, signal),
    };
  }

  async #isGranted(token: string, wabaId: string, signal: AbortSignal): Promise<boolean> {
    const { appId, appSecret } = this.#settings;
    const { data } = await this.#get("debug_token", signal, {
      input_token: token,
      access_token: `${appId}|${appSecret}`,
    });
    if (!isJson(data) || data.is_valid === false) return false;
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
    do {
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
      after = nextCursor(page);
    } while (after);
    return numbers;
  }

  #asCustomer(token: string) {
    const proof = createHmac("sha256", this.#settings.appSecret).update(token).digest("hex");
    return { access_token: token, appsecret_proof: proof };
  }

  async #get(path: string, signal: AbortSignal, query: Record<string, string>): Promise<Json> {
    const { baseUrl, version } = this.#settings;
    const operation = path.replace(/\d{5,}/g, ":id");
    const url = `${baseUrl}/${version}/${path}?${new URLSearchParams(query).toString()}`;
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(url, { signal, redirect: "error" });
      status = response.status;
      body = await response.json();
    } catch (error) {
      throw new GraphError("unavailable", operation, undefined, sanitized(error));
    }
    if (!isJson(body)) throw new GraphError("unavailable", operation);
    if (status >= 200 && status < 300 && !isJson(body.error)) return body;
    const { code } = isJson(body.error) ? body.error : {};
    const passing = status >= 500 || status === 429 || PASSING_CODES.has(idText(code) ?? "");
    throw new GraphError(passing ? "unavailable" : "refused", operation, idText(code));
  }
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

/** An error's kind without its text, which could carry the URL and with it the secret. */
function sanitized(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = isJson(cause) && typeof cause.code === "string" ? cause.code : undefined;
  return new Error(code ?? (error instanceof Error ? error.name : "unknown"));
}

function nextCursor(page: Json): string | undefined {
  if (!isJson(page.paging) || page.paging.next === undefined) return undefined;
  const { cursors } = page.paging;
  return isJson(cursors) && typeof cursors.after === "string" ? cursors.after : undefined;
}
