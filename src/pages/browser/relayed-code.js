// @ts-check
/** @import { BrowserTexts } from "./types.d.ts" */
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
      this.#show(answer?.code);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  /** No code is wanted any longer. */
  stop() {
    this.#turn += 1;
    this.#shown = "";
    this.#place.replaceChildren();
  }

  /** @param {unknown} code */
  #show(code) {
    if (typeof code !== "string" || code === this.#shown) {
      return;
    }
    this.#shown = code;
    const panel = document.createElement("div");
    panel.id = "relayed-code";
    const line = document.createElement("p");
    const digits = document.createElement("strong");
    digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    line.append(`${this.#texts.is} `, digits);
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
    panel.append(line, button);
    // The place is a live region, so that a screen reader says it.
    this.#place.replaceChildren(panel);
  }
}
