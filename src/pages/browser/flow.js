// @ts-check
/** @import { BrowserData, FacebookSdk, Launch, NoticeKind, SignupMessage, SignupResult } from "./types.d.ts" */
import { postEvent, postFailure, postResult, postStart, Problem } from "./api.js";
import { isTrustedOrigin, readMessage, resultOf } from "./messages.js";
import { loadSdk, openPopup } from "./meta.js";
import { Outcome } from "./outcome.js";
import { watchRelayedCode } from "./relayed-code.js";
import { forgetResult, savedResult, saveResult } from "./saved-result.js";
import { Screens } from "./screens.js";

/** How long a press lets a popup open where the browser does not say so itself. */
const PRESS_LIFE_MS = 800;
const COEXISTENCE = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";

/** One signup, from the press of the button to the address where the browser goes on. */
export class Flow {
  /** @type {"ready" | "starting" | "popup" | "finishing" | "leaving"} */
  #state = "ready";
  /** @type {Window | undefined} */
  #popup;
  #attempt = 0;
  #data;
  #screens;
  #outcome = new Outcome(
    (result, code) => void this.#finish(result, code),
    (hasCode) => this.#stop(...(hasCode ? NO_RESULT : CLOSED)),
  );

  /** @param {BrowserData} data */
  constructor(data) {
    this.#data = data;
    this.#screens = new Screens(data, () => void this.#begin());
    window.addEventListener("message", (event) => this.#onMessage(event));
  }

  /** Goes on where a reload interrupted it, else waits for the press. */
  run() {
    const result = savedResult(this.#data.payload);
    if (result !== undefined) {
      void this.#finish(result, undefined);
      return;
    }
    if (this.#data.sdkUrl !== undefined) {
      loadSdk(this.#data.sdkUrl).catch(() => {});
    }
    this.#screens.first();
  }

  async #begin() {
    if (this.#state !== "ready") {
      return;
    }
    const values = this.#screens.formValues();
    if (values === undefined) {
      return;
    }
    this.#state = "starting";
    this.#screens.starting();
    const pressedAt = performance.now();
    try {
      const { redirectUrl, launch } = await postStart(
        this.#data.payload,
        this.#data.locale,
        values,
      );
      if (launch === undefined) {
        this.#leave(redirectUrl);
      } else {
        await this.#prepare(launch, pressedAt);
      }
    } catch (error) {
      this.#state = "ready";
      this.#screens.error(error, "offline");
    }
  }

  /**
   * @param {Launch} launch
   * @param {number} pressedAt
   */
  async #prepare(launch, pressedAt) {
    const sdk = await loadSdk(launch.sdkUrl).catch(() => undefined);
    if (sdk === undefined) {
      this.#stop(...NO_SDK);
    } else if (canOpenPopup(pressedAt)) {
      this.#open(sdk, launch);
    } else {
      // The press is too old for a popup, as on a slow line: a second one opens it at once.
      this.#screens.confirm(() => this.#open(sdk, launch));
    }
  }

  /**
   * @param {FacebookSdk} sdk
   * @param {Launch} launch
   */
  #open(sdk, launch) {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#state = "popup";
    this.#outcome.reset();
    this.#screens.waiting(() => {
      if (this.#popup === undefined || this.#popup.closed) {
        this.#open(sdk, launch);
      } else {
        this.#popup.focus();
      }
    });
    const { payload, texts } = this.#data;
    const isOpen = () => this.#state === "popup" && attempt === this.#attempt;
    void watchRelayedCode(payload, texts.relayed, isOpen);
    try {
      this.#popup = openPopup(
        sdk,
        launch,
        // An earlier popup that is closed meanwhile does not end a later one.
        (code) => (code !== undefined || attempt === this.#attempt) && this.#outcome.answered(code),
        () => attempt === this.#attempt && this.#stop(...BLOCKED),
      );
    } catch {
      this.#stop(...NO_SDK);
    }
  }

  /** @param {MessageEvent} event */
  #onMessage({ origin, data }) {
    const message = isTrustedOrigin(origin, this.#data.messageOrigins) && readMessage(data);
    if (!message || this.#state === "finishing" || this.#state === "leaving") {
      return;
    }
    postEvent(this.#data.payload, message.event, message.data);
    const result = resultOf(message);
    if (message.event === COEXISTENCE) {
      void this.#refuseCoexistence();
    } else if (result !== undefined) {
      this.#screens.finishing();
      this.#outcome.finished(result);
    } else if (message.event === "CANCEL" || message.event === "ERROR") {
      this.#endWith(message);
    }
  }

  /** @param {SignupMessage} message */
  #endWith(message) {
    this.#outcome.told();
    this.#state = "ready";
    this.#screens.report(message);
  }

  async #refuseCoexistence() {
    this.#outcome.told();
    this.#state = "finishing";
    try {
      const { payload } = this.#data;
      this.#leave((await postFailure(payload, "coexistence_unsupported", COEXISTENCE)).redirectUrl);
    } catch (error) {
      this.#state = "ready";
      this.#screens.error(error, "offline");
    }
  }

  /**
   * @param {SignupResult} result
   * @param {string | undefined} code
   */
  async #finish(result, code) {
    const { payload } = this.#data;
    this.#state = "finishing";
    saveResult(payload, result);
    this.#screens.finishing();
    try {
      const { redirectUrl } = await postResult(payload, result, code);
      forgetResult();
      this.#leave(redirectUrl);
    } catch (error) {
      this.#state = "ready";
      if (error instanceof Problem && !error.body.retryable) {
        forgetResult();
        this.#screens.error(error, "notHandedOver");
      } else {
        this.#screens.error(error, "notHandedOver", () => void this.#finish(result, code));
      }
    }
  }

  /** @param {string | undefined} address */
  #leave(address) {
    if (address === undefined || !/^https?:/.test(address)) {
      throw new Error("The server named no address to go on to");
    }
    this.#state = "leaving";
    this.#screens.leaving();
    window.location.replace(address);
  }

  /**
   * The popup is of no more use; support learns why.
   * @param {NoticeKind} kind
   * @param {string} event
   */
  #stop(kind, event) {
    this.#outcome.told();
    this.#state = "ready";
    postEvent(this.#data.payload, event, {});
    this.#screens.notice(kind);
  }
}

/** @typedef {[NoticeKind, string]} Stop the screen, and what the event is called */
/** @type {Stop} */
const NO_RESULT = ["unfinished", "PAGE_NO_RESULT"];
/** @type {Stop} */
const CLOSED = ["popupClosed", "PAGE_POPUP_CLOSED"];
/** @type {Stop} */
const BLOCKED = ["popupBlocked", "PAGE_POPUP_BLOCKED"];
/** @type {Stop} */
const NO_SDK = ["sdkMissing", "PAGE_SDK_MISSING"];

/** @param {number} pressedAt */
function canOpenPopup(pressedAt) {
  return navigator.userActivation?.isActive ?? performance.now() - pressedAt < PRESS_LIFE_MS;
}
