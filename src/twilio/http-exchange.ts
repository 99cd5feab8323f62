import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface HttpCall {
  method: "GET" | "POST" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Limit of the whole call, the answer's body included. */
  timeoutMs: number;
  /** Ends the call early. */
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The call failed before anything of it was sent. */
export class NeverSentError extends Error {
  override readonly name = "NeverSentError";
}

/** Looks share connections; a change has its own, so that none dies with a connection grown old. */
const AGENTS = {
  "http:": { look: new HttpAgent({ keepAlive: true }), change: new HttpAgent() },
  "https:": { look: new HttpsAgent({ keepAlive: true }), change: new HttpsAgent() },
};

/**
 * One HTTP call whose time limit also holds for a process that was frozen: nothing is sent once the
 * time is over, which is asked when the connection is there and in the same moment as the sending.
 * (`fetch` sends when a connection opens, before it looks at its own time limit.)
 * @throws Error of the network; NeverSentError
 */
export function exchange(call: HttpCall): Promise<HttpAnswer> {
  const deadline = performance.now() + call.timeoutMs;
  const url = new URL(call.url);
  const isSecure = url.protocol === "https:";
  const agents = AGENTS[isSecure ? "https:" : "http:"];
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method: call.method,
      headers: {
        ...call.headers,
        ...(call.body === undefined ? {} : { "content-length": Buffer.byteLength(call.body) }),
      },
      agent: call.method === "GET" ? agents.look : agents.change,
      signal: AbortSignal.timeout(call.timeoutMs),
    });
    const abort = () => request.destroy(new DOMException("the call was ended", "AbortError"));
    if (call.signal?.aborted) abort();
    call.signal?.addEventListener("abort", abort, { once: true });
    let isSent = false;
    const send = () => {
      isSent = performance.now() < deadline;
      if (isSent) request.end(call.body);
      else request.destroy(new Error("the time was over before the call could be sent"));
    };
    request.once("socket", (socket) => {
      if (socket.connecting) socket.once(isSecure ? "secureConnect" : "connect", send);
      else send();
    });
    request.on("error", (error) => {
      reject(isSent ? error : new NeverSentError(error.message, { cause: error }));
    });
    request.once("response", (response) => {
      readAll(response).then(resolve, reject);
    });
  });
}

async function readAll(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
