import type { BrowserData } from "../../pages/browser-data.ts";
import type { NoticeKind } from "../../pages/texts/page-texts.ts";
import { Problem } from "../shared/api.ts";
import { destination } from "./address.ts";
import { mayPass, postEvent, postFailure, postRelease, postResult, postStart } from "./calls.ts";
import { isTrustedOrigin, readMessage, resultOf } from "./messages.ts";
import { loadSdk, openPopup } from "./meta.ts";
import { Outcome } from "./outcome.ts";
import { RelayedCode } from "./relayed-code.ts";
import { forgetResult, savedResult, saveResult } from "./saved-result.ts";
import { Screens } from "./screens.ts";
import type { FacebookSdk, Launch, SignupResult } from "./types.ts";

/** How long a press lets a popup open where the browser does not say so itself. */
const PRESS_LIFE_MS = 800;
const COEXISTENCE = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";

type State = "ready" | "starting" | "popup" | "finishing" | "leaving";

/** One signup, from the press of the button to the address where the browser goes on. */
export class Flow {
  #now: { state: State } = { state: "ready" };
  #popup: Window | undefined;
  /** Such a browser may open windows in the press itself alone, not after the start's answer. */
  #wasBlocked = false;
  readonly #data: BrowserData;
  readonly #screens: Screens;
  readonly #relayed: RelayedCode;
  /** Until a popup opens: of one from before a reload, whose code cannot come to this page. */
  #outcome = this.#newOutcome(false);

  constructor(data: BrowserData) {
    this.#data = data;
    this.#screens = new Screens(
      data,
      () => void this.#begin(),
      () => this.#goBack(),
    );
    this.#relayed = new RelayedCode(data.payload, data.texts.relayed);
    window.addEventListener("message", (event) => this.#onMessage(event));
  }

  /** Goes on where a reload interrupted it, else waits for the press. */
  run(): void {
    const { payload, mode, sdkUrl, isStarted } = this.#data;
    const result = savedResult(payload);
    if (result !== undefined) {
      void this.#finish(result, undefined);
      return;
    }
    if (sdkUrl !== undefined) loadSdk(sdkUrl).catch(() => {});
    if (mode === "meta" && isStarted) void this.#relayed.watch();
    this.#screens.first();
  }

  /** @returns whether it is still this stay: what one waits for may have ended it */
  #enter(state: State): () => boolean {
    const stay = { state };
    this.#now = stay;
    return () => this.#now === stay;
  }

  #newOutcome(needsCode: boolean): Outcome {
    return new Outcome(needsCode, {
      isOpen: () => this.#isPopupOpen(),
      onFinish: (result, code) => void this.#finish(result, code),
      onNothing: (hasCode) => this.#stop(...(hasCode ? NO_RESULT : CLOSED)),
    });
  }

  #isPopupOpen(): boolean | undefined {
    return this.#popup && !this.#popup.closed;
  }

  async #begin(): Promise<void> {
    if (this.#now.state !== "ready") return;
    const values = this.#screens.formValues();
    if (values === undefined) return;
    const lasts = this.#enter("starting");
    this.#screens.starting();
    const pressedAt = performance.now();
    const { payload, locale } = this.#data;
    try {
      const { redirectUrl, launch } = await postStart(payload, locale, values);
      const sdk = launch && (await loadSdk(launch.sdkUrl).catch(() => undefined));
      if (!lasts()) return;
      if (launch === undefined) {
        this.#leave(redirectUrl);
      } else if (sdk === undefined) {
        this.#stop(...NO_SDK);
      } else if (!this.#wasBlocked && canOpenPopup(pressedAt)) {
        this.#open(sdk, launch);
      } else {
        // The press is too old for a popup, as on a slow line: a second one opens it at once.
        this.#screens.confirm(() => this.#open(sdk, launch));
      }
    } catch (error) {
      if (lasts()) {
        this.#enter("ready");
        this.#screens.error(error, "offline");
      }
    }
  }

  #open(sdk: FacebookSdk, launch: Launch): void {
    const lasts = this.#enter("popup");
    this.#outcome.told();
    const outcome = this.#newOutcome(this.#data.needsCode);
    this.#outcome = outcome;
    this.#popup = undefined;
    this.#screens.waiting(() => {
      if (this.#isPopupOpen()) this.#popup?.focus();
      else this.#open(sdk, launch);
    });
    void this.#relayed.watch();
    try {
      this.#popup = openPopup(sdk, launch, {
        // What an earlier popup still answers has nothing to do with a later one's result.
        onAnswer: (code) => outcome === this.#outcome && outcome.answered(code),
        onBlocked: () => {
          this.#wasBlocked = true;
          if (lasts()) this.#giveBack();
        },
        onUnseen: () => lasts() && this.#screens.doubtWindow(() => this.#giveBack()),
      });
    } catch {
      this.#stop(...NO_SDK);
    }
  }

  /** Once a result is there, nothing that the popup says can take it away. */
  #onMessage({ origin, data }: MessageEvent): void {
    const message = isTrustedOrigin(origin, this.#data.messageOrigins) && readMessage(data);
    if (!message || this.#now.state === "finishing" || this.#now.state === "leaving") return;
    postEvent(this.#data.payload, message.event, message.data);
    const result = resultOf(message);
    if (message.event === COEXISTENCE) {
      void this.#refuseCoexistence();
    } else if (message.event === "CANCEL" || message.event === "ERROR") {
      this.#end();
      this.#screens.report(message);
    } else if (result !== undefined && message.event.startsWith("FINISH")) {
      this.#hold(result);
    } else if (result !== undefined) {
      this.#outcome.mentioned(result);
    }
  }

  /** The attempt is over without a result. */
  #end(): void {
    this.#enter("ready");
    this.#outcome.told();
    this.#relayed.stop();
  }

  /** The result is safe from here on, whether the code comes or the page is reloaded. */
  #hold(result: SignupResult): void {
    this.#enter("finishing");
    saveResult(this.#data.payload, result);
    this.#relayed.stop();
    this.#screens.finishing(this.#data.needsCode && this.#isPopupOpen());
    this.#outcome.finished(result);
  }

  async #refuseCoexistence(): Promise<void> {
    this.#end();
    this.#enter("finishing");
    try {
      const { payload } = this.#data;
      this.#leave((await postFailure(payload, "coexistence_unsupported", COEXISTENCE)).redirectUrl);
    } catch (error) {
      this.#enter("ready");
      this.#screens.error(error, "offline");
    }
  }

  async #finish(result: SignupResult, code: string | undefined): Promise<void> {
    const { payload } = this.#data;
    this.#enter("finishing");
    saveResult(payload, result);
    this.#screens.finishing();
    try {
      const { redirectUrl } = await postResult(payload, result, code);
      forgetResult();
      this.#leave(destination(redirectUrl));
    } catch (error) {
      this.#enter("ready");
      if (mayPass(error)) {
        this.#screens.error(error, "notHandedOver", () => void this.#finish(result, code));
        return;
      }
      forgetResult();
      this.#screens.error(error, "notHandedOver");
      if (!(error instanceof Problem)) return;
      postEvent(payload, "PAGE_REFUSED", { error: error.body.code });
      if (error.body.code === "waba_proof_missing") this.#outcome.lacksCode();
    }
  }

  #leave(address: string | undefined): void {
    if (address === undefined || !/^https?:/.test(address)) {
      throw new Error("The server named no address to go on to");
    }
    this.#enter("leaving");
    this.#screens.leaving();
    window.location.replace(address);
  }

  /** The customer gives up; what has ended already has its own reason. */
  #goBack(): void {
    if (this.#now.state === "starting" || this.#now.state === "popup") {
      postEvent(this.#data.payload, "PAGE_LEFT", {});
    }
  }

  /** No window opens here: the screen has the link, for a browser that opens some. */
  #giveBack(): void {
    this.#end();
    this.#screens.notice("popupBlocked");
    void postRelease(this.#data.payload, "PAGE_POPUP_BLOCKED");
  }

  /** The popup is of no more use; support learns why. */
  #stop(kind: NoticeKind, event: string): void {
    this.#end();
    postEvent(this.#data.payload, event, {});
    this.#screens.notice(kind);
  }
}

/** The screen, and what the event is called. */
type Stop = [NoticeKind, string];
const NO_RESULT: Stop = ["unfinished", "PAGE_NO_RESULT"];
const CLOSED: Stop = ["popupClosed", "PAGE_POPUP_CLOSED"];
const NO_SDK: Stop = ["sdkMissing", "PAGE_SDK_MISSING"];

function canOpenPopup(pressedAt: number): boolean {
  return navigator.userActivation?.isActive ?? performance.now() - pressedAt < PRESS_LIFE_MS;
}
