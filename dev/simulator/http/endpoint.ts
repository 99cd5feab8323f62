import { setTimeout } from "node:timers/promises";
import express, { type Request, type RequestHandler, type Response } from "express";
import { type Answer, type Call, type Handler, isJson } from "./answer.ts";
import type { Fault, FaultBook, Operation } from "./faults.ts";
import type { RecordedRequest, RequestLog } from "./request-log.ts";

/** Longest wait that a timer can keep: a hang "for ever". */
const FOR_EVER_MS = 2 ** 31 - 1;

/** One simulated company: how its faults and refusals look on the wire. */
export interface Side {
  name: RecordedRequest["side"];
  log: RequestLog;
  faults: FaultBook;
  /** The answer that stands for this status, in the company's own shape. */
  failure(status: number, ordered: OrderedError): Answer;
  /** The answer to an error that a handler threw. */
  explain(error: unknown): Answer;
  /** Headers that every answer bears. */
  headers(call: Call): Record<string, string>;
}

/** What a fault says of the error that it wants. */
export type OrderedError = Pick<
  Fault,
  "code" | "message" | "details" | "isProblem" | "subcode" | "isTransient"
>;

/** Serves one operation: records the request, lets the faults have their turn, answers. */
export function endpoint(side: Side, operation: Operation, handle: Handler): RequestHandler {
  return async (request, response) => {
    const call = readCall(request);
    const record = side.log.add({
      side: side.name,
      operation,
      method: call.method,
      path: call.path,
      account: basicUser(call.headers.authorization),
      contentType: call.headers["content-type"] ?? null,
      body: call.body ?? null,
    });
    const fault = side.faults.take(operation, faultText(call));
    record.fault = fault ?? null;
    const exchange: Exchange = { side, call, record, fault, request, response };
    if (await happensBefore(exchange)) return;
    const answer = process(exchange, handle);
    await answerAfter(exchange, answer);
  };
}

/** Keeps every body as text for the endpoints; twilio's and Meta's apps use it. */
export function bodyAsText(): RequestHandler {
  return express.text({ type: () => true, limit: "1mb" });
}

interface Exchange {
  side: Side;
  call: Call;
  record: RecordedRequest;
  fault: Fault | undefined;
  request: Request;
  response: Response;
}

function process({ side, call, record, fault }: Exchange, handle: Handler): Answer {
  record.processed = true;
  const lateMs = fault?.kind === "late_listing" ? (fault.ms ?? 0) : 0;
  try {
    return handle({ ...call, lateMs });
  } catch (error) {
    return side.explain(error);
  }
}

/** True where the fault has settled the request before its effect. */
async function happensBefore(exchange: Exchange): Promise<boolean> {
  const { fault, side } = exchange;
  if (fault === undefined) return false;
  const before = fault.when !== "after";
  switch (fault.kind) {
    case "slow":
      return !(await wait(exchange, fault.ms));
    case "hang":
      return before && !(await wait(exchange, fault.ms));
    case "reset":
      if (before) cut(exchange);
      return before;
    case "rate_limit":
      send(exchange, side.failure(429, fault), {
        "Retry-After": String(fault.retryAfterSeconds ?? 1),
      });
      return true;
    case "error":
      if (before) send(exchange, side.failure(fault.status ?? 503, fault));
      return before;
    case "malformed":
      if (fault.when !== "before") return false;
      sendHalf(exchange, 200);
      return true;
    case "late_listing":
    default:
      return false;
  }
}

async function answerAfter(exchange: Exchange, answer: Answer): Promise<void> {
  const { fault, side } = exchange;
  const after = fault?.when === "after";
  if (fault?.kind === "reset" && after) return cut(exchange);
  if (fault?.kind === "malformed" && fault.when !== "before") {
    return sendHalf(exchange, answer.status);
  }
  if (fault?.kind === "hang" && after && !(await wait(exchange, fault.ms))) return;
  if (fault?.kind === "error" && after) {
    return send(exchange, side.failure(fault.status ?? 503, fault));
  }
  send(exchange, answer);
}

/** False where a reset of the simulator ended the wait; the request is then dropped. */
async function wait(exchange: Exchange, ms = FOR_EVER_MS): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal: exchange.side.faults.signal });
    return true;
  } catch {
    cut(exchange);
    return false;
  }
}

function cut({ request }: Exchange): void {
  request.socket.resetAndDestroy();
}

function send(exchange: Exchange, answer: Answer, extra: Record<string, string> = {}): void {
  const { side, call, record, response } = exchange;
  record.status = answer.status;
  if (response.destroyed) return;
  response.status(answer.status).set({ ...side.headers(call), ...answer.headers, ...extra });
  if (answer.body === undefined) response.end();
  else response.json(answer.body);
}

function sendHalf(exchange: Exchange, status: number): void {
  const { side, call, record, response } = exchange;
  record.status = status;
  response.status(status === 204 ? 200 : status).set(side.headers(call));
  response.type("json").end('{"sid": "XE');
}

function readCall(request: Request): Call {
  return {
    method: request.method,
    path: request.originalUrl,
    headers: request.headers,
    params: strings(request.params),
    query: strings(request.query),
    body: readBody(request),
    origin: `${request.protocol}://${request.headers.host ?? ""}`,
    lateMs: 0,
  };
}

/** The apps keep the body as text, so that also an unreadable one is recorded and answered here. */
function readBody(request: Request): unknown {
  const body: unknown = request.body;
  if (typeof body !== "string" || body === "") return undefined;
  if (request.is("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    return request.is("json") ? (JSON.parse(body) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function strings(values: unknown): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [key, value] of Object.entries(isJson(values) ? values : {})) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") read[key] = first;
  }
  return read;
}

/** Where a fault's `match` looks: the caller, the decoded address and the body. */
function faultText(call: Call): string {
  const query = Object.values(call.query).join(" ");
  const caller = basicUser(call.headers.authorization) ?? "";
  return `${caller} ${call.path} ${query} ${JSON.stringify(call.body ?? "")}`;
}

/** Name and password of a basic authorization. */
export function basicCredentials(
  header: string | undefined,
): { user: string; password: string } | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return null;
  const [user = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { user, password: password.join(":") };
}

function basicUser(header: string | undefined): string | null {
  return basicCredentials(header)?.user ?? null;
}
