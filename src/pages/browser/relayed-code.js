// @ts-check
/** @import { BrowserTexts, ReceivedCode } from "./types.d.ts" */
import { post, Problem } from "./api.js";
import { copy } from "./sharing.js";
import { element } from "./view.js";

const ASK_EVERY_MS = 2_500;

/**
 * A session that is not this browser's any more gets no code; a line that fails may yet bring one.
 * @param {unknown} error
 */
function whyNot(error) {
  return error instanceof Problem && !error.body.retryable ? { relay: "none" } : undefined;
}

/**
 * The code that Meta has sent to a number at Twilio, at the foot of the page: there it can be read
 * beside the form as well as beside a screen, and moves neither.
 */
export class RelayedCode {
  #place = element("relayed");
  #payload;
  #texts;
  #shown = "";
  #turn = 0;

  /**
   * @param {string} payload
   * @param {BrowserTexts["relayed"]} texts
   */
  constructor(payload, texts) {
    this.#payload = payload;
    this.#texts = texts;
  }

  /** Asks for it until told to stop. Ends at once where no code can come to us. */
  async watch() {
    this.#turn += 1;
    const turn = this.#turn;
    while (turn === this.#turn) {
      const body = { payload: this.#payload };
      const answer = await post("/whatsapp/signup/relayed-code", body).catch(whyNot);
      if (turn !== this.#turn) {
        return;
      }
      if (answer?.relay === "none") {
        this.stop();
        return;
      }
      this.#show(answer?.codes ?? []);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  /** No code is wanted any longer. */
  stop() {
    this.#turn += 1;
    this.#shown = "";
    this.#place.classList.remove("several");
    this.#place.replaceChildren();
  }

  /** @param {ReceivedCode[]} codes the newest first */
  #show(codes) {
    const shown = JSON.stringify(codes);
    if (codes.length === 0 || shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#place.classList.toggle("several", codes.length > 1);
    const panel = document.createElement("div");
    panel.id = "relayed-code";
    panel.append(...(codes.length > 1 ? this.#several(codes) : this.#one(codes[0]?.code ?? "")));
    // The place is a live region, so that a screen reader says it.
    this.#place.replaceChildren(panel);
  }

  /** @param {string} code */
  #one(code) {
    const line = document.createElement("p");
    const digits = digitsOf(code);
    line.append(`${this.#texts.is} `, digits);
    return [line, this.#copyButton(code, digits)];
  }

  /**
   * Anybody can send the number a message, so the customer chooses by sender and time.
   * @param {ReceivedCode[]} codes
   */
  #several(codes) {
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

  /**
   * @param {string} code
   * @param {HTMLElement} digits
   */
  #copyButton(code, digits) {
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

/** @param {string} code */
function digitsOf(code) {
  const digits = document.createElement("strong");
  digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  return digits;
}
