import type { StatusData, StatusView } from "../../pages/status-view.ts";
import type { StepState } from "../../pages/texts/page-texts.ts";
import { element } from "../shared/element.ts";
import { sayLocally } from "../shared/local-time.ts";
import { closeTab, isOwnTab } from "../shared/own-tab.ts";
import { seenName, withoutSeparators } from "../shared/pasted.ts";

/** The status page's parts, which the server has drawn once, kept as the registration is now. */
export class StatusScreen {
  readonly #title = element("title");
  readonly #status = element("status");
  readonly #code = element("code");
  readonly #form = element("code-form");
  readonly #input = element("code-input") as HTMLInputElement;
  readonly #error = element("code-error");
  /** At the code and at the other try: of the two one is seen at most. */
  readonly #said = [element("said"), element("retry-said")];
  readonly #onward = element("onward") as HTMLAnchorElement;
  readonly #until = element("until");
  readonly #untilTime = element("until-time") as HTMLTimeElement;
  readonly #retry = element("retry");
  readonly #nameField = element("retry-name");
  readonly #name = element("name-input") as HTMLInputElement;
  readonly #nameError = element("name-error");
  readonly #texts: StatusData["texts"];
  readonly #nameTexts: StatusData["nameTexts"];
  readonly #closeTab = element("close-tab");
  #isCodeDue = !this.#form.hidden;
  #codeError: string | null = null;

  constructor({ texts, nameTexts, closeTab: { byHand } }: StatusData) {
    this.#texts = texts;
    this.#nameTexts = nameTexts;
    this.#closeTab.addEventListener("click", () =>
      closeTab(() => (this.#closeTab.textContent = byHand)),
    );
  }

  show(view: StatusView): void {
    const { kind, title, paragraphs, steps, code, onward } = view;
    this.#title.textContent = title;
    this.#status.className = `notice ${kind} ${code.error === null ? "" : "problem"}`;
    this.#say(paragraphs);
    for (const { id, state } of steps) {
      this.#mark(element(`step-${id}`), state);
    }
    const focused = document.activeElement;
    this.#code.hidden = !code.due && !code.resend;
    this.#form.hidden = !code.due;
    if (code.due !== this.#isCodeDue) {
      this.#isCodeDue = code.due;
      this.said("");
      if (code.due) {
        this.#input.value = "";
        this.#input.focus();
      }
    }
    if (code.error !== this.#codeError) {
      this.#codeError = code.error;
      this.#complain(code.error ?? "");
    }
    const isBeside = isOwnTab();
    this.#closeTab.hidden = !isBeside || !view.settled;
    this.#onward.hidden = onward === null || isBeside;
    if (onward !== null) this.#onward.href = onward;
    this.#showRemedy(view);
    if (focused?.closest("[hidden]")) this.#status.focus();
  }

  #showRemedy({ remedy, retryingUntil }: StatusView): void {
    this.#until.hidden = retryingUntil === null;
    if (retryingUntil !== null) {
      this.#untilTime.dateTime = retryingUntil;
      sayLocally(this.#untilTime);
    }
    const isConnect = remedy === "connect";
    const isRetry = remedy !== null && !isConnect;
    this.#retry.hidden = !isRetry;
    this.#onward.className = this.#closeTab.className = isRetry ? "button" : "button primary";
    this.#nameField.hidden = remedy !== "name";
    this.#onward.textContent = isConnect ? this.#texts.connectAgain : this.#texts.onward;
    if (isConnect) this.#closeTab.textContent = this.#texts.connectThere;
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

  /** The name to try with, none where none is asked for; undefined after saying that it is missing. */
  retryName(): { displayName?: string } | undefined {
    if (this.#nameField.hidden) return {};
    const displayName = seenName(this.#name.value);
    this.#complainOfName(displayName === "" ? this.#nameTexts.nameMissing : "");
    return displayName === "" ? undefined : { displayName };
  }

  /** The server takes no such name. */
  refuseName(): void {
    this.#complainOfName(this.#nameTexts.nameInvalid);
  }

  /** What was typed is on its way: it is not shown any longer. */
  clear(): void {
    this.#input.value = "";
    this.#name.value = "";
  }

  /** @param isRefusal it did not work */
  said(text: string, isRefusal = false): void {
    for (const place of this.#said) {
      place.textContent = text;
      place.className = isRefusal ? "fine error" : "fine";
    }
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
    mark(this.#input, this.#error, complaint);
  }

  #complainOfName(complaint: string): void {
    mark(this.#name, this.#nameError, complaint);
    if (complaint !== "") this.#name.focus();
  }
}

function mark(input: HTMLInputElement, place: HTMLElement, complaint: string): void {
  input.setAttribute("aria-invalid", String(complaint !== ""));
  place.textContent = complaint;
}
