import type { BrowserData } from "../../pages/browser-data.ts";
import type { BrowserTexts, NoticeKind } from "../../pages/texts/page-texts.ts";
import { Problem, type ProblemBody } from "../shared/api.ts";
import { element } from "../shared/element.ts";
import { closeTab, isOwnTab } from "../shared/own-tab.ts";
import { fullLink, withValue } from "./address.ts";
import { adviceKind } from "./advice.ts";
import { FINAL_CODES } from "./calls.ts";
import { Fields } from "./fields.ts";
import { isInAppBrowser } from "./in-app-browser.ts";
import { text } from "./messages.ts";
import { copy, share } from "./sharing.ts";
import type { Action, FieldValues, Screen, SignupMessage } from "./types.ts";
import { View } from "./view.ts";

/** What the customer sees in each state of the signup, and what they can do there. */
export class Screens {
  readonly #view = new View();
  readonly #fields: Fields;
  readonly #data: BrowserData;
  readonly #texts: BrowserTexts;
  readonly #begin: () => void;
  readonly #leave: () => void;

  /**
   * @param begin starts the signup, for the first time or again
   * @param leave the customer goes back without connecting
   */
  constructor(data: BrowserData, begin: () => void, leave: () => void) {
    this.#data = data;
    this.#texts = data.texts;
    this.#begin = begin;
    this.#leave = leave;
    const form = element("form");
    this.#fields = new Fields(form, data);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      begin();
    });
    document.getElementById("share")?.addEventListener("click", () => void this.#share());
  }

  /** The form, or the way out of another app's built-in browser, which opens no popups. */
  first(): void {
    if (this.#data.mode === "meta" && isInAppBrowser()) {
      this.#wayOut();
    }
  }

  /** The form's values; where one is wrong, the form is shown with what is wrong, and nothing given. */
  formValues(): FieldValues | undefined {
    if (this.#fields.areGood()) return this.#fields.values();
    this.#view.showForm();
    this.#fields.focusWrong();
    return undefined;
  }

  starting(): void {
    // From here on this browser holds the link.
    document.getElementById("sharing")?.remove();
    this.#view.showWork(this.#texts.starting);
  }

  confirm(open: () => void): void {
    const { title, text: paragraph, button } = this.#texts.confirm;
    const actions = [{ label: button, run: open, isMain: true }, ...this.#back()];
    const paragraphs = [paragraph, ...this.#numberFirst()];
    this.#show({ tone: "calm", title, paragraphs, actions });
  }

  waiting(reopen: () => void): void {
    const { title, text: paragraph } = this.#texts.waiting;
    const actions = [{ label: this.#texts.reopen, run: reopen }, ...this.#back()];
    const paragraphs = [paragraph, ...this.#numberFirst()];
    this.#show({ tone: "at-work", title, paragraphs, actions });
  }

  /** What the popup asks first, and what to answer. */
  #numberFirst(): string[] {
    if (!this.#data.asksNumberFirst) return [];
    const number = this.#fields.values().phoneNumber ?? this.#data.phoneNumber;
    return [this.#texts.numberFirst.replace("{number}", number ?? this.#texts.numberHere)];
  }

  /**
   * Nothing was seen to open. The hint stands last, so that nothing moves under a finger.
   * @param giveUp where it does not open at all
   */
  doubtWindow(giveUp: () => void): void {
    const { noWindow, otherBrowser } = this.#texts;
    this.#view.add(noWindow, { label: otherBrowser, run: giveUp });
  }

  /** @param isWindowOpen Meta's window is done, but still there */
  finishing(isWindowOpen = false): void {
    const { finishing: title, closeWindow } = this.#texts;
    const paragraphs = isWindowOpen ? [closeWindow] : [];
    this.#show({ tone: "at-work", title, paragraphs, actions: [] });
  }

  leaving(): void {
    this.#view.say(this.#texts.leaving);
  }

  notice(kind: NoticeKind): void {
    const screen = this.#noticeScreen(kind);
    if (kind !== "popupBlocked") this.#show(screen);
    else {
      const [again, ...others] = screen.actions;
      const actions = [...(again ? [again] : []), this.#copyAction(), ...others];
      this.#show({ ...screen, link: fullLink(), actions });
    }
  }

  /** The signup was left or failed, as the popup reported it. */
  report({ event, data }: SignupMessage): void {
    const report = text(data.error_message);
    const code = text(data.error_code);
    const isFailure = event === "ERROR" || report !== undefined || code !== undefined;
    const screen = this.#noticeScreen(isFailure ? "failed" : "cancelled");
    const kind = adviceKind(code);
    const step = text(data.current_step) ?? "";
    const advice = kind ? this.#texts.advice[kind] : this.#texts.steps[step];
    if (report !== undefined) screen.paragraphs.push(`${this.#texts.metaSays}: ${report}`);
    if (advice !== undefined) screen.paragraphs.push(advice);
    this.#show(screen, code, text(data.session_id));
  }

  /** A call to the server failed: its own words, or those of `otherwise` where it did not answer. */
  error(error: unknown, otherwise: NoticeKind, retry = this.#begin): void {
    if (!(error instanceof Problem)) {
      this.#show(this.#noticeScreen(otherwise, retry));
      return;
    }
    this.#view.showForm();
    if (!this.#fields.complain(error.body.issues ?? [])) {
      this.#show(this.#problemScreen(error.body, retry), error.body.code, error.body.instance);
    }
  }

  #problemScreen(problem: ProblemBody, retry: () => void): Screen {
    const { code, title, detail, customerAction, numbers } = problem;
    if (code === "browser_mismatch" && !navigator.cookieEnabled) {
      return this.#noticeScreen("noCookies", () => window.location.reload());
    }
    const back = this.#back(problem);
    return {
      tone: "problem",
      title,
      paragraphs: [detail, ...this.#bothNumbers(numbers), customerAction],
      actions: FINAL_CODES.has(code) ? back : this.#retryOrBack(retry, back),
    };
  }

  #noticeScreen(kind: NoticeKind, retry = this.#begin): Screen {
    const { title, text: paragraph } = this.#texts.notices[kind];
    return {
      // Who left the popup on purpose has done nothing wrong.
      tone: kind === "cancelled" ? "calm" : "problem",
      title,
      paragraphs: [paragraph],
      actions: this.#retryOrBack(retry),
    };
  }

  async #share(): Promise<void> {
    const { copyLink, copyByHand, continueHere } = this.#texts;
    const link = fullLink();
    if (await share(link, this.#texts, (said) => this.#view.sayQuietly(said))) return;
    this.#show({
      tone: "calm",
      title: copyLink,
      paragraphs: [copyByHand],
      link,
      actions: [{ label: continueHere, run: () => this.#view.showForm() }],
    });
  }

  #wayOut(): void {
    const { continueHere } = this.#texts;
    this.#show({
      ...this.#noticeScreen("inAppBrowser"),
      tone: "calm",
      link: fullLink(),
      actions: [
        { ...this.#copyAction(), isMain: true },
        { label: continueHere, run: () => this.#view.showForm() },
      ],
    });
  }

  #copyAction(): Action {
    const { copyLink, copied, copyByHand } = this.#texts;
    return {
      label: copyLink,
      run: (say) => {
        copy(fullLink()).then(
          () => say(copied),
          () => say(copyByHand),
        );
      },
    };
  }

  #retryOrBack(retry: () => void, back = this.#back()): Action[] {
    const again = { label: this.#texts.tryAgain, run: retry, isMain: true };
    const change = { label: this.#texts.change, run: () => this.#view.showForm() };
    return [again, ...(this.#fields.areAsked() ? [change] : []), ...back];
  }

  /** @param problem the reason, where it is not that the customer gives up */
  #back(problem?: ProblemBody): Action[] {
    const { backUrl } = this.#data;
    if (isOwnTab()) return [this.#closeAction()];
    if (backUrl === undefined) return [];
    const href = problem
      ? withValue(withValue(backUrl, "code", problem.code), "msg", problem.detail)
      : backUrl;
    return [{ label: this.#texts.back, run: this.#leave, href }];
  }

  /** The page that opened this one is still there. */
  #closeAction(): Action {
    const { label, byHand } = this.#texts.closeTab;
    const run = (say: (words: string) => void) => {
      this.#leave();
      closeTab(() => say(byHand));
    };
    return { label, run };
  }

  #bothNumbers(numbers: ProblemBody["numbers"]): string[] {
    if (numbers === undefined) return [];
    const { expected, given } = this.#texts.numbers;
    return [`${expected}: ${numbers.expected}`, `${given}: ${numbers.given}`];
  }

  /** In small print stands what support asks for: the session, and what else is known. */
  #show(screen: Screen, ...identifiers: (string | undefined)[]): void {
    const known = [...identifiers, this.#data.sessionId].filter((one) => one !== undefined);
    this.#view.show({ ...screen, details: `${this.#texts.reference}: ${known.join(" · ")}` });
  }
}
