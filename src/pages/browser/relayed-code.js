// @ts-check
/** @import { BrowserTexts } from "./types.d.ts" */
import { post } from "./api.js";
import { element } from "./view.js";

const ASK_EVERY_MS = 2_500;

/**
 * Asks, while the popup is open, for the code that Meta has sent to a number at Twilio, and shows it
 * where the customer waits. Ends at once where no code can come to us.
 * @param {string} payload
 * @param {BrowserTexts["relayed"]} texts
 * @param {() => boolean} isOpen
 */
export async function watchRelayedCode(payload, texts, isOpen) {
  let shown = "";
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    if (!isOpen()) {
      return;
    }
    const answer = await post("/whatsapp/signup/relayed-code", { payload }).catch(() => undefined);
    if (answer?.relay === "none" || !isOpen()) {
      return;
    }
    const code = answer?.code;
    if (typeof code === "string" && code !== shown) {
      shown = code;
      show(code, texts);
    }
  }
}

/**
 * @param {string} code
 * @param {BrowserTexts["relayed"]} texts
 */
function show(code, texts) {
  document.getElementById("relayed-code")?.remove();
  const panel = document.createElement("div");
  panel.id = "relayed-code";
  const line = document.createElement("p");
  const digits = document.createElement("strong");
  digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  line.append(`${texts.is} `, digits);
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "button";
  copy.textContent = texts.copy;
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(code).then(
      () => (copy.textContent = texts.copied),
      () => window.getSelection()?.selectAllChildren(digits),
    );
  });
  panel.append(line, copy);
  // Before the buttons; the notice is a live region, so that a screen reader says it.
  const notice = element("notice");
  notice.insertBefore(panel, notice.querySelector(":scope > .button, :scope > .primary"));
}
