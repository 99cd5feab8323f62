import type { SimulatorClock } from "../clock.ts";
import type { Fault } from "./faults.ts";

/** One request that reached the simulator. */
export interface RecordedRequest {
  /** ISO 8601. */
  at: string;
  side: "twilio" | "meta";
  operation: string;
  method: string;
  /** With the query. */
  path: string;
  /** The account whose SID was given, right or wrong. */
  account: string | null;
  contentType: string | null;
  body: unknown;
  /** Null while it hangs and where the connection was cut. */
  status: number | null;
  /** Whether the request got as far as having its effect. */
  processed: boolean;
  fault: Fault | null;
}

/** The oldest are dropped beyond this, so that long load tests keep their memory; counts stay. */
const KEPT_REQUESTS = 20_000;

/** Every request of both sides, in the order of arrival. */
export class RequestLog {
  readonly #clock: SimulatorClock;
  #requests: RecordedRequest[] = [];
  #counts = new Map<string, number>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** Adds a request; whoever answers it fills in the outcome on the returned record. */
  add(
    request: Pick<
      RecordedRequest,
      "side" | "operation" | "method" | "path" | "account" | "contentType" | "body"
    >,
  ): RecordedRequest {
    const recorded: RecordedRequest = {
      at: this.#clock.now().toISOString(),
      ...request,
      status: null,
      processed: false,
      fault: null,
    };
    this.#requests.push(recorded);
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.splice(0, KEPT_REQUESTS / 2);
    this.#counts.set(request.operation, (this.#counts.get(request.operation) ?? 0) + 1);
    return recorded;
  }

  all(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** Requests by operation since the last reset, also those no longer kept. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#requests = [];
    this.#counts = new Map();
  }
}
