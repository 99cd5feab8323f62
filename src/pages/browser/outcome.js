// @ts-check
/** @import { SignupResult } from "./types.d.ts" */

const CODE_WAIT_MS = 5000;
const MESSAGE_WAIT_MS = 5000;
const CLOSED_WAIT_MS = 2500;

/**
 * Joins the popup's two reports: the message with the result and the login's answer with the code.
 * They come in either order, and each may be missing.
 */
export class Outcome {
  /** @type {SignupResult | undefined} */
  #result;
  /** @type {string | undefined} */
  #code;
  #hasAnswer = false;
  #isTold = false;
  #isDone = false;
  #timer = 0;
  #onFinish;
  #onNothing;

  /**
   * @param {(result: SignupResult, code: string | undefined) => void} onFinish
   * @param {(hasCode: boolean) => void} onNothing the popup is gone and said no result
   */
  constructor(onFinish, onNothing) {
    this.#onFinish = onFinish;
    this.#onNothing = onNothing;
  }

  /** A popup opens: what an earlier one said does not count. */
  reset() {
    clearTimeout(this.#timer);
    this.#result = undefined;
    this.#code = undefined;
    this.#hasAnswer = false;
    this.#isTold = false;
    this.#isDone = false;
  }

  /**
   * The message with the result; it also counts after a notice that there was none.
   * @param {SignupResult} result
   */
  finished(result) {
    this.#result = result;
    this.#after(this.#hasAnswer ? 0 : CODE_WAIT_MS, () => this.#finish());
  }

  /**
   * The login's answer.
   * @param {string | undefined} code
   */
  answered(code) {
    this.#hasAnswer = true;
    this.#code = code ?? this.#code;
    if (this.#result !== undefined) {
      this.#after(0, () => this.#finish());
    } else if (!this.#isTold) {
      const waitMs = code === undefined ? CLOSED_WAIT_MS : MESSAGE_WAIT_MS;
      this.#after(waitMs, () => this.#onNothing(code !== undefined));
    }
  }

  /** The popup said that it failed or was left: silence from now on means nothing more. */
  told() {
    this.#isTold = true;
    clearTimeout(this.#timer);
  }

  #finish() {
    this.#isDone = true;
    if (this.#result !== undefined) {
      this.#onFinish(this.#result, this.#code);
    }
  }

  /**
   * @param {number} waitMs
   * @param {() => void} run
   */
  #after(waitMs, run) {
    clearTimeout(this.#timer);
    if (!this.#isDone) {
      this.#timer = setTimeout(run, waitMs);
    }
  }
}
