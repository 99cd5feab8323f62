import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { VERSION } from "../version.ts";
import { fail, OUTCOMES, type Check, type CheckContext, type Outcome } from "./check.ts";

/** One line of the report. */
export interface CheckResult {
  check: string;
  outcome: Outcome;
  message: string;
}

/** All that the checks found. */
export interface DoctorReport {
  /** The worst of all. */
  outcome: Outcome;
  checkedAt: Date;
  version: string;
  checks: CheckResult[];
}

/** Limit of one check; they run at the same time. */
const CHECK_TIMEOUT_MS = 12_000;

/** Asks whether the installation can work, and says what to do where it cannot. It changes nothing. */
export class Doctor {
  readonly #checks: readonly Check[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<DoctorReport> | undefined;

  constructor(checks: readonly Check[], deps: { clock: Clock; logger: Logger }) {
    this.#checks = checks;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** Never rejects. Whoever asks while it runs gets the same report, so that nobody asks Twilio in vain. */
  async examine(databaseFailure?: string): Promise<DoctorReport> {
    this.#running ??= this.#examine(databaseFailure).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #examine(databaseFailure: string | undefined): Promise<DoctorReport> {
    const known = databaseFailure === undefined ? {} : { databaseFailure };
    const results = await Promise.all(this.#checks.map((check) => this.#run(check, known)));
    return toReport(results.flat(), this.#clock.now());
  }

  async #run(check: Check, known: Omit<CheckContext, "signal">): Promise<CheckResult[]> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), CHECK_TIMEOUT_MS);
    const tooLate = new Promise<never>((_resolve, reject) => {
      limit.signal.addEventListener("abort", () => reject(new Error("took too long")));
    });
    tooLate.catch(() => undefined);
    try {
      const context = { ...known, signal: limit.signal };
      const findings = await Promise.race([(async () => check.run(context))(), tooLate]);
      return findings.map(({ outcome, message }) => ({ check: check.name, outcome, message }));
    } catch (error) {
      this.#logger.warn({ err: error, check: check.name }, "A check of the doctor could not end");
      return [{ check: check.name, ...fail(notChecked(limit.signal.aborted)) }];
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The error itself is in the log alone: it may quote an address with a password. */
function notChecked(isLate: boolean): string {
  return isLate
    ? `Not checked: no answer within ${CHECK_TIMEOUT_MS / 1000} s. Try again.`
    : "Not checked: an unexpected error, which the log has. Try again.";
}

/** The report of these results. */
export function toReport(checks: CheckResult[], checkedAt: Date): DoctorReport {
  const worst = Math.max(0, ...checks.map(({ outcome }) => OUTCOMES.indexOf(outcome)));
  return { outcome: OUTCOMES[worst] ?? "ok", checkedAt, version: VERSION, checks };
}
