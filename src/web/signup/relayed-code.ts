import type { BrowserTexts } from "../../pages/texts/page-texts.ts";
import { post, Problem } from "../shared/api.ts";
import { element } from "../shared/element.ts";
import { copy } from "./sharing.ts";

const ASK_EVERY_MS = 2_500;

/** A code that came to the number, and where from. */
interface ReceivedCode {
  code: string;
  from: string;
  at: string;
}

interface RelayAnswer {
  relay?: string;
  codes?: ReceivedCode[];
}

/** A session that is not this browser's any more gets no code; a line that fails may yet bring one. */
function whyNot(error: unknown): RelayAnswer {
  return error instanceof Problem && !error.body.retryable ? { relay: "none" } : {};
}

/**
 * The code that Meta has sent to a number at Twilio, at the foot of the page: there it can be read
 * beside the form as well as beside a screen, and moves neither.
 */
export class RelayedCode {
  readonly #place = element("relayed");
  readonly #payload: string;
  readonly #texts: BrowserTexts["relayed"];
  #shown = "";
  #turn = 0;

  constructor(payload: string, texts: BrowserTexts["relayed"]) {
    this.#payload = payload;
    this.#texts = texts;
  }

  /** Asks for it until told to stop. Ends at once where no code can come to us. */
  async watch(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    while (turn === this.#turn) {
      const body = { payload: this.#payload };
      const { relay, codes = [] } = await post<RelayAnswer>(
        "/whatsapp/signup/relayed-code",
        body,
      ).catch(whyNot);
      if (turn !== this.#turn) return;
      if (relay === "none") {
        this.stop();
        return;
      }
      this.#show(codes);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  /** No code is wanted any longer. */
  stop(): void {
    this.#turn += 1;
    this.#shown = "";
    this.#place.classList.remove("several");
    this.#place.replaceChildren();
  }

  /** @param codes the newest first */
  #show(codes: readonly ReceivedCode[]): void {
    const shown = JSON.stringify(codes);
    const [first, ...others] = codes;
    if (first === undefined || shown === this.#shown) return;
    this.#shown = shown;
    const areSeveral = others.length > 0;
    this.#place.classList.toggle("several", areSeveral);
    const panel = document.createElement("div");
    panel.id = "relayed-code";
    panel.append(...(areSeveral ? this.#several(codes) : this.#one(first.code)));
    // The place is a live region, so that a screen reader says it.
    this.#place.replaceChildren(panel);
  }

  #one(code: string): HTMLElement[] {
    const line = document.createElement("p");
    const digits = digitsOf(code);
    line.append(`${this.#texts.is} `, digits);
    return [line, this.#copyButton(code, digits)];
  }

  /** Anybody can send the number a message, so the customer chooses by sender and time. */
  #several(codes: readonly ReceivedCode[]): HTMLElement[] {
    const line = document.createElement("p");
    line.textContent = this.#texts.several;
    const list = document.createElement("ul");
    for (const { code, from, at } of codes) {
      const item = document.createElement("li");
      const digits = digitsOf(code);
      const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      });
      const origin = document.createElement("span");
      origin.textContent = from === "" ? time : `${this.#texts.from} ${from}, ${time}`;
      item.append(digits, origin, this.#copyButton(code, digits));
      list.append(item);
    }
    return [line, list];
  }

  #copyButton(code: string, digits: HTMLElement): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.#texts.copy;
    button.addEventListener("click", () => {
      copy(code).then(
        () => (button.textContent = this.#texts.copied),
        () => window.getSelection()?.selectAllChildren(digits),
      );
    });
    return button;
  }
}

function digitsOf(code: string): HTMLElement {
  const digits = document.createElement("strong");
  digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  return digits;
}
