// @ts-check
/** @import { StatusData, StatusView } from "./types.d.ts" */
import { withoutSeparators } from "./pasted.js";
import { element } from "./view.js";

/** The status page's parts, which the server has drawn once, kept as the registration is now. */
export class StatusScreen {
  #title = element("title");
  #status = element("status");
  #code = element("code");
  #form = element("code-form");
  #input = /** @type {HTMLInputElement} */ (element("code-input"));
  #error = element("code-error");
  #said = element("said");
  #onward = /** @type {HTMLAnchorElement} */ (element("onward"));
  #texts;
  #isCodeDue = !this.#form.hidden;

  /** @param {StatusData["texts"]} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /** @param {StatusView} view */
  show({ kind, title, paragraphs, steps, code, onward }) {
    this.#title.textContent = title;
    this.#status.className = `notice ${kind}`;
    this.#say(paragraphs);
    for (const { id, state } of steps) {
      this.#mark(element(`step-${id}`), state);
    }
    const hadFocus = this.#code.contains(document.activeElement);
    this.#code.hidden = !code.due && !code.resend;
    this.#form.hidden = !code.due;
    if (code.due !== this.#isCodeDue) {
      this.#isCodeDue = code.due;
      this.#said.textContent = "";
      this.#complain("");
      if (code.due) {
        this.#input.value = "";
        this.#input.focus();
      }
    }
    if (hadFocus && this.#code.hidden) {
      this.#status.focus();
    }
    this.#onward.hidden = onward === null;
    if (onward !== null) {
      this.#onward.href = onward;
    }
  }

  /** Nothing is known of the work any longer: it is not shown as under way. */
  rest() {
    for (const step of document.querySelectorAll("#steps .current")) {
      this.#mark(step, "open");
    }
  }

  /** What was typed, or undefined after saying what is wrong with it. */
  code() {
    const code = withoutSeparators(this.#input.value);
    const isGood = /^\d{4,10}$/.test(code);
    this.#complain(isGood ? "" : this.#texts.codeMissing);
    if (!isGood) {
      this.#input.focus();
      return undefined;
    }
    return code;
  }

  /** The code is on its way: it is not shown any longer. */
  clearCode() {
    this.#input.value = "";
  }

  /** @param {string} text */
  said(text) {
    this.#said.textContent = text;
  }

  /**
   * @param {Element} step
   * @param {StatusView["steps"][number]["state"]} state
   */
  #mark(step, state) {
    step.className = state;
    const spoken = step.querySelector(".unseen");
    if (spoken) {
      spoken.textContent = `(${this.#texts.states[state]})`;
    }
  }

  /**
   * Only what has changed is drawn anew, since screen readers say it.
   * @param {readonly string[]} paragraphs
   */
  #say(paragraphs) {
    const shown = [...this.#status.children].map(({ textContent }) => textContent);
    if (shown.join("\n") === paragraphs.join("\n")) {
      return;
    }
    this.#status.replaceChildren(
      ...paragraphs.map((text) => {
        const node = document.createElement("p");
        node.textContent = text;
        return node;
      }),
    );
  }

  /** @param {string} complaint */
  #complain(complaint) {
    this.#input.setAttribute("aria-invalid", String(complaint !== ""));
    this.#error.textContent = complaint;
  }
}
