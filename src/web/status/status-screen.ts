import type { StatusData, StatusView } from "../../pages/status-view.ts";
import type { StepState } from "../../pages/texts/page-texts.ts";
import { element } from "../shared/element.ts";
import { withoutSeparators } from "../shared/pasted.ts";

/** The status page's parts, which the server has drawn once, kept as the registration is now. */
export class StatusScreen {
  readonly #title = element("title");
  readonly #status = element("status");
  readonly #code = element("code");
  readonly #form = element("code-form");
  readonly #input = element("code-input") as HTMLInputElement;
  readonly #error = element("code-error");
  readonly #said = element("said");
  readonly #onward = element("onward") as HTMLAnchorElement;
  readonly #texts: StatusData["texts"];
  #isCodeDue = !this.#form.hidden;

  constructor(texts: StatusData["texts"]) {
    this.#texts = texts;
  }

  show({ kind, title, paragraphs, steps, code, onward }: StatusView): void {
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
    if (hadFocus && this.#code.hidden) this.#status.focus();
    this.#onward.hidden = onward === null;
    if (onward !== null) this.#onward.href = onward;
  }

  /** Nothing is known of the work any longer: it is not shown as under way. */
  rest(): void {
    for (const step of document.querySelectorAll("#steps .current")) {
      this.#mark(step, "open");
    }
  }

  /** What was typed, or undefined after saying what is wrong with it. */
  code(): string | undefined {
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
  clearCode(): void {
    this.#input.value = "";
  }

  said(text: string): void {
    this.#said.textContent = text;
  }

  #mark(step: Element, state: StepState): void {
    step.className = state;
    const spoken = step.querySelector(".unseen");
    if (spoken) spoken.textContent = `(${this.#texts.states[state]})`;
  }

  /** Only what has changed is drawn anew, since screen readers say it. */
  #say(paragraphs: readonly string[]): void {
    const shown = [...this.#status.children].map(({ textContent }) => textContent);
    if (shown.join("\n") === paragraphs.join("\n")) return;
    this.#status.replaceChildren(
      ...paragraphs.map((text) => {
        const node = document.createElement("p");
        node.textContent = text;
        return node;
      }),
    );
  }

  #complain(complaint: string): void {
    this.#input.setAttribute("aria-invalid", String(complaint !== ""));
    this.#error.textContent = complaint;
  }
}
