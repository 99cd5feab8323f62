import type { Logger } from "../logger.ts";
import { failedCall, networkKind, refusalMessage } from "../provider-message.ts";
import { GraphError, refusalKind, type GraphRefusal, type GraphSubject } from "./graph-error.ts";

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Meta writes ids and codes as texts or as numbers. */
export function idText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

export interface GraphRequest {
  baseUrl: string;
  version: string;
  path: string;
  query: Record<string, string>;
  /** What the call asks about; from that follows who must act on a refusal. */
  subject: GraphSubject;
  signal: AbortSignal;
  /** What the log may not repeat: the app's secret, the code, the token. */
  secrets: readonly string[];
}

interface Answer {
  status?: number;
  requestId?: string | undefined;
}

/**
 * One read of the Graph API with a `meta_request` log line, which says of a refusal also why.
 * @throws GraphError
 */
export async function graphGet(logger: Logger, request: GraphRequest): Promise<Json> {
  const { version } = request;
  const operation = request.path.replace(/\d{5,}/g, "{id}");
  const startedAt = performance.now();
  const answer: Answer = {};
  let failure: GraphError | undefined;
  try {
    return await send(request, operation, answer);
  } catch (error) {
    failure =
      error instanceof GraphError
        ? error
        : new GraphError("unavailable", {
            operation,
            ...failedCall({ network: networkKind(error) }),
          });
    throw failure;
  } finally {
    const { providerMessage, network } = failure?.failedCall ?? {};
    logger.info(
      {
        event: "meta_request",
        operation,
        method: "GET",
        path: `/${version}/${operation}`,
        status: answer.status ?? null,
        durationMs: Math.round(performance.now() - startedAt),
        ...(answer.requestId ? { metaRequestId: answer.requestId } : {}),
        ...(failure?.code === undefined ? {} : { providerCode: failure.code }),
        ...failedCall({ providerMessage, network }),
      },
      answer.status === undefined ? "Meta gave no answer" : "Meta answered",
    );
  }
}

async function send(request: GraphRequest, operation: string, answer: Answer): Promise<Json> {
  const { baseUrl, version, path, query, signal } = request;
  const url = `${baseUrl}/${version}/${path}?${new URLSearchParams(query).toString()}`;
  const response = await fetch(url, { signal, redirect: "error" });
  const { status, headers } = response;
  answer.status = status;
  answer.requestId = headers.get("x-fb-request-id") ?? headers.get("x-fb-trace-id") ?? undefined;
  const body: unknown = await response.json();
  const error = isJson(body) ? body.error : undefined;
  if (isJson(body) && status >= 200 && status < 300 && !isJson(error)) return body;
  // Without Meta's own error object it comes from something in between.
  if (!isJson(error)) throw new GraphError("unavailable", { operation, providerStatus: status });
  // Meta's support asks for this id of an error.
  answer.requestId = idText(error.fbtrace_id) ?? answer.requestId;
  const refusal = readRefusal(status, error, request.secrets);
  const { code, message } = refusal;
  throw new GraphError(refusalKind(request.subject, refusal), {
    ...failedCall({ operation, providerStatus: status, providerMessage: message }),
    code,
  });
}

function readRefusal(status: number, error: Json, secrets: readonly string[]): GraphRefusal {
  const { message, error_subcode: subcode, error_user_msg: userMessage, error_data: data } = error;
  return {
    status,
    code: idText(error.code),
    message: refusalMessage(
      message,
      [...(subcode === undefined ? [] : [{ subcode }]), userMessage, data],
      secrets,
    ),
    isTransient: error.is_transient === true,
  };
}
