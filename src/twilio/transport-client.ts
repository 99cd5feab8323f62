import twilio from "twilio";
import type { TwilioTransport } from "./transport.ts";
import { TwilioError } from "./twilio-error.ts";

/** No account has more; a list that does not end, or comes back to itself, is no list. */
const PAGES_MAX = 100;

/** One call by way of the package. */
export interface ClientCall {
  operation: string;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Sends what the twilio package builds to our base URL, with our time limit, log and errors. One is
 * made for each operation; the package follows pages for as long as there are any, so they are
 * counted here.
 */
export class TransportClient extends twilio.RequestClient {
  readonly #transport: TwilioTransport;
  readonly #baseUrl: string;
  readonly #operation: string;
  readonly #limitMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #read = new Set<string>();

  constructor(
    transport: TwilioTransport,
    baseUrl: string,
    { operation, timeoutMs: limitMs, signal }: ClientCall,
  ) {
    super();
    this.#signal = signal;
    this.#transport = transport;
    this.#baseUrl = baseUrl;
    this.#operation = operation;
    this.#limitMs = limitMs;
  }

  override async request<TData>(
    options: Parameters<twilio.RequestClient["request"]>[0],
  ): ReturnType<typeof twilio.RequestClient.prototype.request<TData>> {
    const { pathname, searchParams } = new URL(options.uri);
    for (const [name, value] of fields(options.params)) searchParams.append(name, value);
    const query = searchParams.size > 0 ? `?${searchParams.toString()}` : "";
    const url = `${this.#baseUrl}${pathname}${query}`;
    if (options.method === "get") this.#countPage(url);
    const form = new URLSearchParams(fields(options.data)).toString();
    const answer = await this.#transport.send({
      operation: this.#operation,
      method: httpMethod(options.method),
      url,
      username: options.username ?? "",
      password: options.password ?? "",
      ...(options.method === "post"
        ? { body: { contentType: "application/x-www-form-urlencoded", text: form } }
        : {}),
      timeoutMs: this.#limitMs,
      ...(this.#signal ? { signal: this.#signal } : {}),
    });
    // The package parses the text itself; its type asks for what it will become.
    return { statusCode: answer.status, body: answer.text as TData, headers: {} };
  }

  /** @throws TwilioError */
  #countPage(url: string): void {
    if (this.#read.size >= PAGES_MAX || this.#read.has(url)) {
      throw new TwilioError(this.#operation, { kind: "retryable", outcomeUnknown: false });
    }
    this.#read.add(url);
  }
}

function httpMethod(method: string): "GET" | "POST" | "DELETE" {
  const upper = method.toUpperCase();
  if (upper === "GET" || upper === "POST" || upper === "DELETE") return upper;
  throw new Error(`unexpected method ${method}`);
}

/** Query parameters or form fields: the package gives plain objects of scalars. */
function fields(values: unknown): [string, string][] {
  if (typeof values !== "object" || values === null) return [];
  return Object.entries(values).flatMap(([name, value]: [string, unknown]): [string, string][] =>
    typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
  );
}
