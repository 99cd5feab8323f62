// @ts-check
/** @import * as Button from "./button.d.ts" */
import { createSignupSession, failure, openSignup, watchSession } from "./session.js";
import { STYLE } from "./style.js";
import { TEXTS } from "./texts.js";

/** @typedef {Omit<Partial<Button.Outcome>, "state"> & { state: Button.ButtonState }} Shown */

const TAG = "connect-whatsapp";
/** @type {ReadonlySet<Button.ButtonState>} In these a press does nothing. */
const BUSY = new Set(["opening", "pending", "connected"]);
const LABELS = /** @type {const} */ ({
  idle: "connect",
  opening: "opening",
  waiting: "again",
  pending: "working",
  connected: "done",
  cancelled: "retry",
  failed: "retry",
  expired: "retry",
});

export class ConnectWhatsApp extends HTMLElement {
  static observedAttributes = ["lang", "label"];

  #frame = document.createElement("div");
  #button = document.createElement("button");
  #status = document.createElement("p");
  #link = document.createElement("a");
  /** @type {Shown} */
  #shown = { state: "idle" };
  /** @type {string | undefined} The session that is watched. */
  #sessionId;
  /** @type {Button.SignupSession | undefined} The one that another press opens again. */
  #session;
  #isBlocked = false;
  #isDressed = false;
  #stop = () => {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#button.type = "button";
    this.#button.part.add("button");
    this.#button.addEventListener("click", () => void this.#press());
    this.#status.part.add("status");
    this.#status.setAttribute("role", "status");
    this.#link.part.add("link");
    this.#link.target = "_blank";
    this.#link.rel = "noopener";
    this.#link.addEventListener("click", () => {
      this.#button.focus();
      this.#show({ state: "waiting" }, false);
    });
    this.#frame.append(this.#button, this.#status, this.#link);
    root.append(this.#frame);
  }

  connectedCallback() {
    if (!this.#isDressed) this.#dress();
    this.#sessionId ??= this.#store((key) => sessionStorage.getItem(key)) ?? undefined;
    this.#show(this.#shown);
    this.#watch();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    this.#show(this.#shown);
  }

  #dress() {
    this.#isDressed = true;
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement("style");
      style.nonce = this.nonce;
      style.textContent = STYLE;
      root.append(style);
    }
  }

  async #press() {
    if (BUSY.has(this.#shown.state)) return;
    this.#stop();
    this.#show({ state: "opening" });
    const way = /** @type {Button.OpenWay} */ (this.getAttribute("open") ?? "tab");
    try {
      const { session, isOpen } = await openSignup(this.#session ?? this.#create(), way);
      this.#session = session;
      this.#sessionId = session.sessionId;
      this.#store((key) => sessionStorage.setItem(key, session.sessionId));
      this.#link.href = session.signupUrl;
      this.#show({ state: "waiting" }, !isOpen);
      this.#watch();
    } catch (error) {
      this.#tell(failure(error));
    }
  }

  async #create() {
    const { createSession, sessionRequest } = this.#settings();
    const request = { locale: this.#locale(), ...sessionRequest };
    return createSession
      ? await createSession(request)
      : await createSignupSession(this.getAttribute("session-url") ?? "", request);
  }

  #watch() {
    this.#stop();
    if (!this.#sessionId || !this.isConnected) return;
    const source = this.#settings().getSession ?? this.getAttribute("status-url") ?? "";
    this.#stop = watchSession(this.#sessionId, source, (outcome) => this.#tell(outcome));
  }

  /** @param {Button.Outcome} outcome */
  #tell(outcome) {
    if (outcome.isFinal) {
      this.#session = undefined;
      this.#sessionId = undefined;
      this.#store((key) => sessionStorage.removeItem(key));
    }
    const { state } = outcome;
    this.#show(outcome, state === "waiting" && this.#isBlocked);
    if (state === "waiting") return;
    const type = state === "expired" ? "failed" : state;
    this.dispatchEvent(new CustomEvent(type, { detail: outcome, bubbles: true, composed: true }));
  }

  /**
   * @param {Shown} shown
   * @param {boolean} [isBlocked]
   */
  #show(shown, isBlocked = this.#isBlocked) {
    this.#shown = shown;
    this.#isBlocked = isBlocked;
    const { state } = shown;
    const texts = TEXTS[this.#locale()];
    this.#frame.lang = this.#locale();
    const label = state === "idle" && this.getAttribute("label");
    this.#button.textContent = label || texts[LABELS[state]];
    this.#button.setAttribute("aria-disabled", String(BUSY.has(state)));
    const words = this.#words();
    // The same words again would be read out again.
    if (this.#status.textContent !== words) this.#status.textContent = words;
    this.#link.textContent = texts.link;
    this.#link.hidden = !isBlocked;
    if (this.isConnected) this.setAttribute("state", state);
  }

  /** What the live region says. */
  #words() {
    const { state, step, phoneNumber, code, providerCode, title, action } = this.#shown;
    const texts = TEXTS[this.#locale()];
    if (state === "idle" || state === "opening") return "";
    if (state === "waiting") return this.#isBlocked ? texts.blocked : texts.waiting;
    if (state === "pending" && step === "verification") return texts.verification;
    if (state === "connected") return `${texts.connected} ${phoneNumber}`;
    if (state !== "failed") return texts[state];
    const reference = `(${texts.code} ${providerCode ?? code})`;
    return [texts.failed, title?.replace(/\.?$/, "."), action, reference].filter(Boolean).join(" ");
  }

  /** @returns {keyof typeof TEXTS} */
  #locale() {
    const language = this.closest("[lang]")?.getAttribute("lang")?.slice(0, 2).toLowerCase();
    return language === "pt" || language === "en" ? language : "es";
  }

  /** Properties that the page sets, perhaps before this class was loaded. */
  #settings() {
    return /** @type {Button.ConnectWhatsApp} */ (/** @type {unknown} */ (this));
  }

  /**
   * Keeps the session's id over a reload, where the page wants it and the browser can.
   * @template T
   * @param {(key: string) => T} use
   */
  #store(use) {
    const name = this.getAttribute("persist");
    try {
      return name === null ? undefined : use(`${TAG}:${name}`);
    } catch {
      return undefined;
    }
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, ConnectWhatsApp);
