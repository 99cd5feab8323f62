import type { Logger } from "../logger.ts";
import type { Finding, ProviderCheck } from "./provider-checks.ts";

/** Limit of all checks together; the start does not wait for them. */
const CHECKS_TIMEOUT_MS = 15_000;

/** Asks the providers beside the running service, which neither waits for it nor depends on it. */
export class BackgroundChecks {
  readonly #checks: readonly ProviderCheck[];
  readonly #logger: Logger;
  readonly #controller = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(checks: readonly ProviderCheck[], logger: Logger) {
    this.#checks = checks;
    this.#logger = logger;
  }

  /** Begins the checks; each finding is a `config_warning` line. To be called once. */
  start(): void {
    const limit = setTimeout(
      () => this.#controller.abort(new DOMException("took too long", "TimeoutError")),
      CHECKS_TIMEOUT_MS,
    );
    this.#running = Promise.all(this.#checks.map((check) => this.#run(check))).finally(() =>
      clearTimeout(limit),
    );
  }

  /** Ends what is under way; nothing is logged after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#controller.abort();
    await this.#running;
  }

  async #run(check: ProviderCheck): Promise<void> {
    try {
      const findings = await check(this.#controller.signal);
      if (!this.#stopped) for (const finding of findings) this.#report(finding);
    } catch (error) {
      if (!this.#stopped) this.#logger.warn({ err: error }, "A check of the start failed");
    }
  }

  #report({ outcome, message, ...rest }: Finding): void {
    const level = outcome === "failed" ? "error" : "warn";
    this.#logger[level]({ event: "config_warning", ...rest }, message);
  }
}
