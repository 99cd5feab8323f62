import { setMaxListeners } from "node:events";

/** Every operation that a fault can be put on. */
export const OPERATIONS = [
  "accounts.list",
  "accounts.create",
  "accounts.fetch",
  "accounts.update",
  "numbers.list",
  "numbers.fetch",
  "numbers.update",
  "recordings.delete",
  "messages.create",
  "senders.list",
  "senders.create",
  "senders.fetch",
  "senders.update",
  "senders.delete",
  "graph.access_token",
  "graph.debug_token",
  "graph.waba",
  "graph.phone_numbers",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Whole groups of operations. */
export const OPERATION_GROUPS = ["*", "accounts.*", "numbers.*", "senders.*", "graph.*"] as const;

/**
 * What goes wrong.
 * - `reset`: the connection is cut `before` (default) or `after` the effect.
 * - `hang`: nothing happens for `ms` (for ever without it) `before` (default) the effect or `after`
 *   it; then the request goes on as usual, also where the caller has gone.
 * - `slow`: the same as a `hang` before the effect, for `ms`.
 * - `rate_limit`: 429 with `Retry-After: retryAfterSeconds` (default 1); no effect.
 * - `error`: `status` (default 503) with `code`, `message` and `details` in the company's own shape,
 *   `before` (default) or `after` the effect.
 * - `malformed`: a good status with half a body, `after` (default) or `before` the effect.
 * - `late_listing`: the effect takes `ms` to show in listings (for `senders.delete`: to happen).
 */
export type FaultKind =
  "reset" | "hang" | "slow" | "rate_limit" | "error" | "malformed" | "late_listing";

/** A fault as it is ordered. */
export interface Fault {
  operation: Operation | (typeof OPERATION_GROUPS)[number];
  kind: FaultKind;
  when?: "before" | "after";
  ms?: number;
  status?: number;
  code?: number;
  /** The text of the error, instead of the usual one for its code. */
  message?: string;
  /** What the error says of single fields: Twilio's `details`, Meta's `error_data`. */
  details?: unknown;
  /**
   * Twilio's newer shape (RFC 9457): `title` and `detail` for the message, `errors` for the details.
   */
  isProblem?: boolean;
  /** Meta's `error_subcode`. */
  subcode?: number;
  /** Meta's own word for a fault that passes by itself. */
  isTransient?: boolean;
  retryAfterSeconds?: number;
  /** Only requests whose caller, address or body holds this text: a number, a SID, a name. */
  match?: string;
  /** How often it happens; 1 unless a probability is given. */
  times?: number;
  /** 0 to 1: hits at random, for ever unless `times` is given. */
  probability?: number;
  /** Makes the chance repeatable; 1 by default. */
  seed?: number;
}

interface Armed {
  fault: Fault;
  left: number;
  random: () => number;
}

/** The faults that are still to happen. */
export class FaultBook {
  #armed: Armed[] = [];
  #aborter = newAborter();

  /** @returns ends the fault before its times are used up */
  add(fault: Fault): () => void {
    const left = fault.times ?? (fault.probability === undefined ? 1 : Infinity);
    const added: Armed = { fault, left, random: mulberry32(fault.seed ?? 1) };
    this.#armed.push(added);
    return () => {
      this.#armed = this.#armed.filter((armed) => armed !== added);
    };
  }

  /** Takes the first fault that hits this request; each of its kind counts only its own hits. */
  take(operation: Operation, text: string): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!covers(fault.operation, operation)) continue;
      if (fault.match !== undefined && !text.includes(fault.match)) continue;
      if (fault.probability !== undefined && armed.random() >= fault.probability) continue;
      armed.left -= 1;
      if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return fault;
    }
    return undefined;
  }

  /** What is still to happen, with the times that are left. */
  pending(): Fault[] {
    return this.#armed.map(({ fault, left }) =>
      left === Infinity ? fault : { ...fault, times: left },
    );
  }

  /** Aborted by the next reset; whoever hangs gives up then. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  clear(): void {
    this.#armed = [];
    this.#aborter.abort();
    this.#aborter = newAborter();
  }
}

/** Any number of requests may hang on it. */
function newAborter(): AbortController {
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  return aborter;
}

function covers(ordered: Fault["operation"], operation: Operation): boolean {
  return ordered.endsWith("*") ? operation.startsWith(ordered.slice(0, -1)) : ordered === operation;
}

/** Small seeded generator (public domain, by Tommy Ettinger), so that a random run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
