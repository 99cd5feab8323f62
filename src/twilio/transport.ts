import type { Logger } from "../logger.ts";
import { failedCall, type FailedCall } from "../provider-message.ts";
import { exchange, type HttpAnswer } from "./http-exchange.ts";
import { networkFailure, statusFailure, TwilioError } from "./twilio-error.ts";

export interface TwilioRequest {
  /** For errors and the log. */
  operation: string;
  method: "GET" | "POST" | "DELETE";
  url: string;
  username: string;
  password: string;
  body?: { contentType: string; text: string };
  /** Limit of the whole call, the body included. */
  timeoutMs: number;
  /** What the body holds beside the password that the log may not: a one-time code. */
  secrets?: readonly string[];
  /** Ends the call early. */
  signal?: AbortSignal;
}

export interface TwilioResponse {
  status: number;
  /** Empty for 204. */
  text: string;
  json: unknown;
}

/** SIDs in a path say nothing about which endpoint it is; in the log they are placeholders. */
function pathTemplate(url: string): string {
  return new URL(url).pathname.replace(/\/(AC|XE|PN|RE)[0-9a-fA-F]{32}/g, "/{$1…}");
}

/**
 * Sends one call to Twilio: with a time limit, a `twilio_request` log line that says of a refusal also
 * why, and every failure sorted into a TwilioError. Both clients of this folder go through it.
 */
export class TwilioTransport {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Resolves for 2xx with a body that is JSON or empty. @throws TwilioError */
  async send(request: TwilioRequest): Promise<TwilioResponse> {
    const { operation, method, url, username, password, body, timeoutMs, signal } = request;
    const startedAt = performance.now();
    let response: HttpAnswer | undefined;
    let failure: TwilioError | undefined;
    try {
      const credentials = Buffer.from(`${username}:${password}`).toString("base64");
      response = await exchange({
        method,
        url,
        headers: {
          authorization: `Basic ${credentials}`,
          accept: "application/json",
          "user-agent": "connect-whatsapp",
          ...(body ? { "content-type": body.contentType } : {}),
        },
        ...(body ? { body: body.text } : {}),
        timeoutMs,
        ...(signal ? { signal } : {}),
      });
      return readAnswer(request, response);
    } catch (error) {
      failure =
        error instanceof TwilioError
          ? error
          : new TwilioError(operation, networkFailure(error), error);
      throw failure;
    } finally {
      this.#log(request, response, failure, performance.now() - startedAt);
    }
  }

  #log(
    { operation, method, url }: TwilioRequest,
    response: HttpAnswer | undefined,
    failure: TwilioError | undefined,
    durationMs: number,
  ): void {
    const headers = response?.headers;
    const twilioRequestId = headers?.["t-request-id"] ?? headers?.["twilio-request-id"];
    this.#logger.info(
      {
        event: "twilio_request",
        operation,
        method,
        path: pathTemplate(url),
        status: response?.status ?? null,
        durationMs: Math.round(durationMs),
        ...(twilioRequestId ? { twilioRequestId } : {}),
        ...(failure?.code === undefined ? {} : { providerCode: String(failure.code) }),
        ...saidOf(failure),
      },
      response ? "Twilio answered" : "Twilio gave no answer",
    );
  }
}

/** What the line does not say in fields of its own. */
function saidOf(failure: TwilioError | undefined): FailedCall {
  const { providerMessage, network } = failure?.failedCall ?? {};
  return failedCall({ providerMessage, network });
}

function readAnswer(
  { operation, password, secrets = [] }: TwilioRequest,
  { status, headers, text }: HttpAnswer,
): TwilioResponse {
  let json: unknown;
  let malformed = false;
  try {
    json = text === "" ? undefined : JSON.parse(text);
  } catch {
    malformed = true;
  }
  if (status < 200 || status >= 300) {
    throw new TwilioError(
      operation,
      statusFailure(status, json, headers["retry-after"] ?? null, [password, ...secrets]),
    );
  }
  if (malformed) {
    throw new TwilioError(operation, {
      kind: "retryable",
      outcomeUnknown: true,
      status,
      network: "unreadable answer",
    });
  }
  return { status, text, json };
}
