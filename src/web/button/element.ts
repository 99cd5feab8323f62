import { withStorage } from "../shared/storage.ts";
import type * as Button from "./button.d.ts";
import { createSignupSession, failure, openSignup, watchSession } from "./session.ts";
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
    this.#link.target = "_blank";
    this.#link.rel = "noopener";
    this.#link.addEventListener("click", () => {
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
    if (BUSY.has(this.#shown.state)) return;
    this.#stop();
    this.#show({ state: "opening" });
    const way = (this.getAttribute("open") ?? "tab") as Button.OpenWay;
    try {
      const { session, isOpen } = await openSignup(this.#session ?? this.#create(), way);
      this.#session = session;
      this.#sessionId = session.sessionId;
      this.#store((storage, key) => storage.setItem(key, session.sessionId));
      this.#link.href = session.signupUrl;
      this.#show({ state: "waiting" }, !isOpen);
      this.#watch();
    } catch (error) {
      this.#tell(failure(error));
    }
  }

  async #create(): Promise<Button.SignupSession> {
    const { createSession, sessionRequest } = this.#settings();
    const request = { locale: this.#locale(), ...sessionRequest };
    return createSession
      ? await createSession(request)
      : await createSignupSession(this.getAttribute("session-url") ?? "", request);
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
  #words(): string {
    const { state, step, phoneNumber, code, providerCode, title, customerAction } = this.#shown;
    const texts = TEXTS[this.#locale()];
    if (state === "idle" || state === "opening") return "";
    if (state === "waiting") return this.#isBlocked ? texts.blocked : texts.waiting;
    if (state === "pending" && step === "verification") return texts.verification;
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
