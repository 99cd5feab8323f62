import type { SignupResult } from "./types.ts";

/** How long the code may follow the result while Meta's window is open: the customer may read there. */
const OPEN_WAIT_MS = 60_000;
/** The same where nobody can see whether it is open. */
const UNSEEN_WAIT_MS = 10_000;
/** What was sent before the window closed may still be on its way. */
const CLOSED_WAIT_MS = 2500;
const MESSAGE_WAIT_MS = 5000;

interface Handlers {
  /** Whether Meta's window is open, as far as one can see. */
  isOpen: () => boolean | undefined;
  onFinish: (result: SignupResult, code: string | undefined) => void;
  /** The popup is gone and said no result. */
  onNothing: (hasCode: boolean) => void;
}

/**
 * Joins the two reports of one popup: the message with the result and the login's answer with the
 * code. They come in either order, and each may be missing.
 */
export class Outcome {
  #result: SignupResult | undefined;
  #candidate: SignupResult | undefined;
  #code: string | undefined;
  #hasAnswer = false;
  #isTold = false;
  #isFinished = false;
  #isRefused = false;
  #timer = 0;
  readonly #needsCode: boolean;
  readonly #handlers: Handlers;

  /** @param needsCode without it a result is finished as soon as it is there */
  constructor(needsCode: boolean, handlers: Handlers) {
    this.#needsCode = needsCode;
    this.#handlers = handlers;
  }

  /** The message with the result; it also counts after a notice that there was none. */
  finished(result: SignupResult): void {
    this.#result = result;
    if (!this.#needsCode || this.#code !== undefined) this.#finish();
    else this.#after(this.#codeWaitMs(), () => this.#finish());
  }

  /**
   * An event that is new to us told this result: it counts if the login brings a code and none follows
   * that is known as the end. Without a code the customer may have left on the way.
   */
  mentioned(result: SignupResult): void {
    this.#candidate = result;
  }

  /** The login's answer, or that its window has closed. */
  answered(code: string | undefined): void {
    this.#hasAnswer = true;
    this.#code = code ?? this.#code;
    if (this.#isFinished) {
      this.#finishAgain();
    } else if (this.#result !== undefined) {
      this.#after(this.#code === undefined ? CLOSED_WAIT_MS : 0, () => this.#finish());
    } else if (!this.#isTold) {
      const waitMs = code === undefined ? CLOSED_WAIT_MS : MESSAGE_WAIT_MS;
      this.#after(waitMs, () => this.#giveUp());
    }
  }

  /** The popup said that it failed or was left: silence from now on means nothing more. */
  told(): void {
    this.#isTold = true;
    clearTimeout(this.#timer);
  }

  /** The result was refused for want of a code: it is handed over again once there is one. */
  lacksCode(): void {
    this.#isRefused = true;
    this.#finishAgain();
  }

  #codeWaitMs(): number {
    const isOpen = this.#handlers.isOpen();
    if (isOpen === undefined && !this.#hasAnswer) return UNSEEN_WAIT_MS;
    return isOpen && !this.#hasAnswer ? OPEN_WAIT_MS : CLOSED_WAIT_MS;
  }

  #finish(): void {
    // On a slow line the callback takes longer than the wait for a message that is here by now.
    clearTimeout(this.#timer);
    this.#isFinished = true;
    if (this.#result !== undefined) this.#handlers.onFinish(this.#result, this.#code);
  }

  #giveUp(): void {
    this.#result = this.#code === undefined ? undefined : this.#candidate;
    if (this.#result === undefined) this.#handlers.onNothing(this.#code !== undefined);
    else this.#finish();
  }

  #finishAgain(): void {
    if (this.#isRefused && this.#code !== undefined) {
      this.#isRefused = false;
      this.#finish();
    }
  }

  #after(waitMs: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, waitMs);
  }
}
