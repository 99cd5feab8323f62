import { exchange, jsonPost, type Sent } from "./exchange.ts";

const REQUEST_TIMEOUT_MS = 25_000;

/** The body of an application/problem+json answer. */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  /** What the customer can do about it, or who is at it. */
  customerAction: string;
  retryable: boolean;
  instance?: string;
  /** Of a `phone_number_mismatch`. */
  numbers?: { expected: string; given: string };
  issues?: { path: string; code: string; message: string }[];
}

/** The server's refusal, with its texts for the customer. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.title);
    this.body = body;
  }
}

/** @throws Problem where the server refuses, another error where it cannot be reached */
export function get<Answer>(path: string): Promise<Answer> {
  return call(path, {});
}

/** @throws as `get` */
export function post<Answer>(path: string, body: Record<string, unknown>): Promise<Answer> {
  return call(path, jsonPost(body));
}

/** Sends it anew after each of these delays, as long as what went wrong is worth another try. */
export async function postAgain<Answer>(
  path: string,
  body: Record<string, unknown>,
  delaysMs: readonly number[],
  isWorthIt: (error: unknown) => boolean,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await post<Answer>(path, body);
    } catch (error) {
      const delayMs = delaysMs[attempt];
      if (delayMs === undefined || !isWorthIt(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

async function call<Answer>(path: string, sent: Sent): Promise<Answer> {
  const { ok, status, body } = await exchange(path, sent, REQUEST_TIMEOUT_MS);
  if (ok && body !== undefined) return body as Answer;
  throw isProblem(body) ? new Problem(body) : new Error(String(status));
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof (body as Partial<ProblemBody> | null | undefined)?.code === "string";
}
