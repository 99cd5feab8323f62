import { withStorage } from "../shared/storage.ts";
import type * as Button from "./button.d.ts";
import {
  beside,
  createSignupSession,
  failure,
  openSignup,
  SignupError,
  watchSession,
} from "./session.ts";
import { STYLE } from "./style.ts";
import { TEXTS } from "./texts.ts";

export { createSignupSession, openSignup, SignupError, watchSession } from "./session.ts";

type Shown = Omit<Partial<Button.Outcome>, "state"> & { state: Button.ButtonState };

const TAG = "connect-whatsapp";
/** In these a press does nothing. */
const BUSY: ReadonlySet<Button.ButtonState> = new Set(["opening", "pending", "connected"]);
const LABELS = {
  idle: "connect",
  opening: "opening",
  waiting: "again",
  pending: "working",
  connected: "done",
  cancelled: "retry",
  failed: "retry",
  expired: "retry",
} as const;

export class ConnectWhatsApp extends HTMLElement {
  static observedAttributes = ["lang", "label"];

  readonly #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  readonly #frame = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #status = document.createElement("p");
  readonly #link = document.createElement("a");
  #shown: Shown = { state: "idle" };
  /** The session that is watched. */
  #sessionId: string | undefined;
  /** The one that another press opens again. */
  #session: Button.SignupSession | undefined;
  #isBlocked = false;
  #isDressed = false;
  #stop = () => {};

  constructor() {
    super();
    this.#button.type = "button";
    this.#button.part.add("button");
    this.#button.addEventListener("click", () => void this.#press());
    this.#status.part.add("status");
    this.#status.setAttribute("role", "status");
    this.#link.part.add("link");
    this.#link.rel = "noopener";
    this.#link.addEventListener("click", () => {
      if (!this.#isBlocked) return;
      this.#button.focus();
      this.#show({ state: "waiting" }, false);
    });
    this.#frame.append(this.#button, this.#status, this.#link);
    this.#root.append(this.#frame);
  }

  connectedCallback(): void {
    if (!this.#isDressed) this.#dress();
    this.#sessionId ??= this.#store((storage, key) => storage.getItem(key)) ?? undefined;
    this.#show(this.#shown);
    this.#watch();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(): void {
    this.#show(this.#shown);
  }

  #dress(): void {
    this.#isDressed = true;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement("style");
      style.nonce = this.nonce;
      style.textContent = STYLE;
      this.#root.append(style);
    }
  }

  async #press(): Promise<void> {
    if (this.#isBusy()) return;
    this.#stop();
    // Connecting again is another session.
    if (this.#shown.statusUrl) this.#session = undefined;
    this.#show({ state: "opening" });
    const way = this.#way();
    try {
      const { session, isOpen } = await openSignup(this.#session ?? this.#create(), way);
      this.#session = session;
      this.#sessionId = session.sessionId;
      this.#store((storage, key) => storage.setItem(key, session.sessionId));
      this.#show({ state: "waiting" }, !isOpen);
      this.#watch();
    } catch (error) {
      this.#tell(failure(error));
    }
  }

  async #create(): Promise<Button.SignupSession> {
    const { createSession, sessionRequest } = this.#settings();
    const request = { locale: this.#locale(), ...sessionRequest };
    if (createSession) return await createSession(request);
    const url = this.getAttribute("session-url");
    if (!url) {
      // For the developer who has put the tag into a page.
      // oxlint-disable-next-line no-console
      console.error(`<${TAG}> needs the attribute session-url, or the property createSession.`);
      throw new SignupError("request_failed", false);
    }
    return await createSignupSession(url, request);
  }

  #watch(): void {
    this.#stop();
    if (!this.#sessionId || !this.isConnected) return;
    const source = this.#settings().getSession ?? this.getAttribute("status-url") ?? "";
    this.#stop = watchSession(this.#sessionId, source, (outcome) => this.#tell(outcome));
  }

  #tell(outcome: Button.Outcome): void {
    if (outcome.isFinal) {
      this.#session = undefined;
      this.#sessionId = undefined;
      this.#store((storage, key) => storage.removeItem(key));
    }
    const { state } = outcome;
    this.#show(outcome, state === "waiting" && this.#isBlocked);
    if (state === "waiting") return;
    const type = state === "expired" ? "failed" : state;
    this.dispatchEvent(new CustomEvent(type, { detail: outcome, bubbles: true, composed: true }));
  }

  #show(shown: Shown, isBlocked = this.#isBlocked): void {
    this.#shown = shown;
    this.#isBlocked = isBlocked;
    const { state } = shown;
    const texts = TEXTS[this.#locale()];
    this.#frame.lang = this.#locale();
    const { statusUrl } = shown;
    const label = state === "idle" && this.getAttribute("label");
    this.#button.textContent = label || texts[statusUrl ? "reconnect" : LABELS[state]];
    this.#button.setAttribute("aria-disabled", String(this.#isBusy()));
    this.#frame.className = statusUrl ? "awaited" : "";
    const words = this.#words();
    // The same words again would be read out again.
    if (this.#status.textContent !== words) this.#status.textContent = words;
    const isCode = state === "pending";
    this.#link.textContent = statusUrl ? texts[isCode ? "enterCode" : "mend"] : texts.link;
    this.#link.href = beside(statusUrl ?? this.#session?.signupUrl ?? "", this.#way());
    this.#link.target = this.#way() === "self" ? "_self" : "_blank";
    this.#link.hidden = !isBlocked && !statusUrl;
    if (this.isConnected) this.setAttribute("state", state);
  }

  #way(): Button.OpenWay {
    return (this.getAttribute("open") ?? "tab") as Button.OpenWay;
  }

  #isBusy(): boolean {
    return BUSY.has(this.#shown.state) && !this.#shown.statusUrl;
  }

  /** What the live region says. */
  #words(): string {
    const { state, waitingFor, phoneNumber, code, providerCode, title, customerAction } =
      this.#shown;
    const texts = TEXTS[this.#locale()];
    if (state === "idle" || state === "opening") return "";
    if (state === "waiting") return this.#isBlocked ? texts.blocked : texts.waiting;
    if (state === "pending" && waitingFor === "customer") return texts.verification;
    if (state === "connected") return `${texts.connected} ${phoneNumber}`;
    if (state !== "failed") return texts[state];
    const reference = `(${texts.code} ${providerCode ?? code})`;
    return [texts.failed, title?.replace(/\.?$/, "."), customerAction, reference]
      .filter(Boolean)
      .join(" ");
  }

  #locale(): keyof typeof TEXTS {
    const language = this.closest("[lang]")?.getAttribute("lang")?.slice(0, 2).toLowerCase();
    return language === "pt" || language === "en" ? language : "es";
  }

  /** Properties that the page sets, perhaps before this class was loaded. */
  #settings(): Button.ConnectWhatsApp {
    return this;
  }

  /** Keeps the session's id over a reload, where the page wants it and the browser can. */
  #store<Result>(use: (storage: Storage, key: string) => Result): Result | undefined {
    const name = this.getAttribute("persist");
    return name === null ? undefined : withStorage((storage) => use(storage, `${TAG}:${name}`));
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, ConnectWhatsApp);
