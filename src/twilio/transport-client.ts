import twilio from "twilio";
import type { TwilioTransport } from "./transport.ts";

/** One call by way of the package. */
export interface ClientCall {
  operation: string;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** Sends what the twilio package builds to our base URL, with our time limit, log and errors. */
export class TransportClient extends twilio.RequestClient {
  readonly #transport: TwilioTransport;
  readonly #baseUrl: string;
  readonly #operation: string;
  readonly #limitMs: number;
  readonly #signal: AbortSignal | undefined;

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
    const form = new URLSearchParams(fields(options.data)).toString();
    const answer = await this.#transport.send({
      operation: this.#operation,
      method: httpMethod(options.method),
      url: `${this.#baseUrl}${pathname}${query}`,
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
