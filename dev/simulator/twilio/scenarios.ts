import type { OrderedError } from "../http/endpoint.ts";
import { offlineReason } from "./sender-life.ts";
import type { Phase, Verification } from "./types.ts";

/**
 * What becomes of a number's sender.
 * - `online`: `ONLINE` after `afterMs`, or after `afterLooks` reads that still said `CREATING`.
 * - `code`: a one-time code is due (`123456` unless given).
 * - `automatic_code_lost`: the code Twilio waits for never comes: `OFFLINE` with 63116; by voice
 *   (a new sender or an update with `verification_method`) a code is due as in `code`.
 * - `offline`: `OFFLINE` for good, with a reason.
 * - `offline_briefly`: `OFFLINE` without a reason for `forMs`, then `ONLINE`.
 * - `review`: `TWILIO_REVIEW` for `forMs` (an hour unless given), then `ONLINE`.
 * - `never`: `CREATING` for ever.
 * - `status`: any word, for `forMs` or for ever, then `ONLINE`.
 * - `vanishes`: `ONLINE`, and gone `afterMs` later.
 * - `name_refused`: creation with the display name that came first, or with `name`, answers 63124;
 *   with another name it goes on as without a scenario.
 * - `refused`: creation answers with an error of this code, message and details, `times` times or
 *   always; then as without a scenario.
 */
export type Scenario =
  | { kind: "online"; afterMs?: number; afterLooks?: number }
  | {
      kind: "code";
      code?: string;
      wrongCode?: "later" | "refused";
      wrongTriesAllowed?: number;
      codesAllowed?: number;
    }
  | { kind: "automatic_code_lost" }
  | { kind: "offline"; code?: number; message?: string; afterMs?: number }
  | { kind: "offline_briefly"; forMs?: number }
  | { kind: "review"; forMs?: number }
  | { kind: "never" }
  | { kind: "status"; status: string; forMs?: number }
  | { kind: "vanishes"; afterMs?: number }
  | {
      kind: "refused";
      code: number;
      status?: number;
      message?: string;
      details?: unknown;
      times?: number;
    }
  | { kind: "name_refused"; name?: string };

/**
 * Scenarios by the last four digits of a number, so that a person can click through them:
 *
 * | digits | what happens |
 * |---|---|
 * | 9901 | online at once |
 * | 9902 | one-time code 123456 |
 * | 9903 | the automatic code is lost (63116); by voice 123456 |
 * | 9904 | offline for good: not found at Meta (63111) |
 * | 9905 | offline for 10 s, then online |
 * | 9906 | Twilio's review, an hour |
 * | 9907 | never ready |
 * | 9908 | a status nobody knows for 10 s, then online |
 * | 9909 | online, gone a minute later |
 * | 9910 | one-time code, but too many tries already (63114) |
 * | 9911 | 63101 twice (the share is not there yet), then accepted |
 * | 9912 | credit line refused (63103) |
 * | 9913 | number already on WhatsApp (63110) |
 * | 9914 | display name refused (63124), until another one is given |
 * | 9915 | 503 three times, then accepted |
 */
const BY_LAST_DIGITS: Readonly<Record<string, Scenario>> = {
  "9901": { kind: "online", afterMs: 0 },
  "9902": { kind: "code" },
  "9903": { kind: "automatic_code_lost" },
  "9904": { kind: "offline", code: 63111 },
  "9905": { kind: "offline_briefly", forMs: 10_000 },
  "9906": { kind: "review" },
  "9907": { kind: "never" },
  "9908": { kind: "status", status: "WARMING_UP", forMs: 10_000 },
  "9909": { kind: "vanishes", afterMs: 60_000 },
  "9910": { kind: "code", wrongTriesAllowed: 0, codesAllowed: 0 },
  "9911": { kind: "refused", code: 63101, times: 2 },
  "9912": { kind: "refused", code: 63103 },
  "9913": { kind: "refused", code: 63110 },
  "9914": { kind: "name_refused" },
  "9915": { kind: "refused", code: 20503, status: 503, times: 3 },
};

const DEFAULT_CODE = "123456";
const REVIEW_MS = 3_600_000;
const OFFLINE_BRIEFLY_MS = 5_000;

/** The scenarios that were chosen, and how often each refused already. */
export class ScenarioBook {
  readonly #chosen = new Map<string, Scenario>();
  readonly #refusals = new Map<string, number>();
  readonly #refusedNames = new Map<string, string>();

  set(phoneNumber: string, scenario: Scenario): void {
    this.#chosen.set(phoneNumber, scenario);
    this.#refusals.delete(phoneNumber);
    this.#refusedNames.delete(phoneNumber);
  }

  get(phoneNumber: string): Scenario | undefined {
    return this.#chosen.get(phoneNumber) ?? BY_LAST_DIGITS[phoneNumber.slice(-4)];
  }

  /** The refusal that a creation for this number meets now; each call uses one up. */
  takeRefusal(phoneNumber: string, name: string): (OrderedError & { status: number }) | undefined {
    const scenario = this.get(phoneNumber);
    if (scenario?.kind === "name_refused") {
      const refused = scenario.name ?? this.#refusedNames.get(phoneNumber) ?? name;
      this.#refusedNames.set(phoneNumber, refused);
      return name === refused ? { status: 400, code: 63124 } : undefined;
    }
    if (scenario?.kind !== "refused") return undefined;
    const given = this.#refusals.get(phoneNumber) ?? 0;
    if (given >= (scenario.times ?? Infinity)) return undefined;
    this.#refusals.set(phoneNumber, given + 1);
    const { kind: _kind, times: _times, status = 400, ...ordered } = scenario;
    return { ...ordered, status };
  }

  all(): Record<string, Scenario> {
    return Object.fromEntries(this.#chosen);
  }

  clear(): void {
    this.#chosen.clear();
    this.#refusals.clear();
    this.#refusedNames.clear();
  }
}

/** What is known of a sender when it is created. */
export interface Circumstances {
  verificationMethod: string | null;
  /** The customer proved the number in Meta's popup. */
  isVerifiedAtMeta: boolean;
  /** Twilio hosts the number in an account other than the sender's. */
  isHostedElsewhere: boolean;
  /** Length of a stage. */
  stepMs: number;
}

/** The course of a new sender's life. */
export function courseOf(
  scenario: Scenario | undefined,
  given: Circumstances,
): [Phase, ...Phase[]] {
  const creating = { status: "CREATING", forMs: given.stepMs };
  const online = { status: "ONLINE" };
  switch (scenario?.kind) {
    case "online":
      return [creatingFor(scenario, given.stepMs), online];
    case "code":
      return [creating, { status: "PENDING_VERIFICATION" }];
    case "automatic_code_lost":
      return given.verificationMethod === "voice" ? codeCourse(given) : lostCode(given);
    case "offline": {
      const offlineReasons = [offlineReason(scenario.code ?? 63112, scenario.message)];
      const first = { status: "CREATING", forMs: scenario.afterMs ?? given.stepMs };
      return [first, { status: "OFFLINE", offlineReasons }];
    }
    case "offline_briefly":
      return [creating, { status: "OFFLINE", forMs: scenario.forMs ?? OFFLINE_BRIEFLY_MS }, online];
    case "review":
      return [creating, { status: "TWILIO_REVIEW", forMs: scenario.forMs ?? REVIEW_MS }, online];
    case "never":
      return [{ status: "CREATING" }];
    case "status": {
      const { status, forMs } = scenario;
      return [creating, forMs === undefined ? { status } : { status, forMs }, online];
    }
    case "vanishes":
      return [creating, { ...online, forMs: scenario.afterMs ?? 0 }, { status: "GONE" }];
    case "refused":
    case "name_refused":
    case undefined:
    default:
      return usualCourse(given);
  }
}

/** How codes are answered under this scenario. */
export function verificationOf(scenario: Scenario | undefined): Verification {
  const chosen = scenario?.kind === "code" ? scenario : undefined;
  return {
    code: chosen?.code ?? DEFAULT_CODE,
    wrongTries: 0,
    wrongTriesAllowed: chosen?.wrongTriesAllowed ?? 5,
    wrongCode: chosen?.wrongCode ?? "later",
    codesSent: 1,
    codesAllowed: chosen?.codesAllowed ?? 5,
  };
}

function usualCourse(given: Circumstances): [Phase, ...Phase[]] {
  if (given.isVerifiedAtMeta) return onlineCourse(given);
  if (given.verificationMethod !== null) return codeCourse(given);
  return given.isHostedElsewhere ? lostCode(given) : onlineCourse(given);
}

function onlineCourse({ stepMs }: Circumstances): [Phase, ...Phase[]] {
  return [{ status: "CREATING", forMs: stepMs }, { status: "ONLINE" }];
}

function codeCourse({ stepMs }: Circumstances): [Phase, ...Phase[]] {
  return [{ status: "CREATING", forMs: stepMs }, { status: "PENDING_VERIFICATION" }];
}

function lostCode({ stepMs }: Circumstances): [Phase, ...Phase[]] {
  const lost = { status: "OFFLINE", offlineReasons: [offlineReason(63116)] };
  return [{ status: "CREATING", forMs: stepMs }, lost];
}

function creatingFor(
  { afterMs, afterLooks }: { afterMs?: number; afterLooks?: number },
  stepMs: number,
): Phase {
  return afterLooks === undefined
    ? { status: "CREATING", forMs: afterMs ?? stepMs }
    : { status: "CREATING", forLooks: afterLooks };
}
