import type { ProblemCode } from "../problems/catalogue.ts";
import type { Locale } from "../problems/locales.ts";
import type { BrowserData } from "./browser-data.ts";
import { NATIONAL_NUMBERS } from "./countries.ts";
import { html, jsonForScript, linkTarget, type SafeHtml } from "./html.ts";
import {
  moduleScript,
  type PageFrame,
  renderDocument,
  renderFacts,
  renderReference,
} from "./layout.ts";
import { renderProblem } from "./problem.ts";
import { readableHost, readableNumber, readableTime } from "./readable.ts";
import { renderForm } from "./signup-form.ts";
import { pageTexts } from "./texts/index.ts";
import type { PageTexts } from "./texts/page-texts.ts";
import { QUOTA_TEXTS } from "./texts/quota.ts";
import { BROWSER_FILES_PATH } from "./web-files.ts";

/** What the page behind a signup link shows. */
export interface SignupPageView extends PageFrame {
  /** Who will receive the number: the account's name, else the owner's id. */
  readonly account: string;
  /** Where the browser goes after all; shown as its host. */
  readonly returnTo: string;
  /** Where "back" leads when the customer gives up: an absolute http(s) URL. */
  readonly backUrl: string;
  readonly mode: "meta" | "redirect";
  /** The popup begins with the number. */
  readonly asksNumberFirst: boolean;
  /** The session's token; the script sends it with each call. */
  readonly payload: string;
  readonly sessionId: string;
  /** Known values are shown, unknown ones are asked for. */
  readonly phoneNumber?: string | undefined;
  readonly displayName?: string | undefined;
  /** What the customer typed before stands in the fields. */
  readonly typedNumber?: string | undefined;
  readonly typedName?: string | undefined;
  /** Header of the browser, for the country that the number field starts with. */
  readonly acceptLanguage?: string | undefined;
  /** The session was started by this browser: no other browser can use the link any more. */
  readonly isStarted: boolean;
  readonly phoneNumberType: "sms_capable" | "voice_only" | "byo";
  /** Address of Meta's SDK, in meta mode. */
  readonly sdkUrl?: string | undefined;
  /** Whether the callback wants Meta's code. */
  readonly needsCode: boolean;
  /** Exact origins whose signup messages count besides Facebook's own: the simulator's. */
  readonly messageOrigins: readonly string[];
  /** ISO 8601. */
  readonly expiresAt: string;
  /** What Meta will probably refuse for now, and until when (ISO 8601). */
  readonly scarcity?: { readonly of: "onboardings" | "line"; readonly until: string } | undefined;
}

/** The page on which the customer starts the signup. */
export function renderSignupPage(view: SignupPageView): string {
  const texts = pageTexts(view.locale);
  const main = html` <header>
      <h1>${texts.signup.title}</h1>
      <p class="lead">${texts.signup.lead}</p>
    </header>
    <noscript><p class="noscript">${texts.signup.noScript}</p></noscript>
    <section
      id="notice"
      class="notice"
      tabindex="-1"
      aria-labelledby="notice-title"
      hidden
    ></section>
    <div id="intro">
      ${renderScarcity(view)}
      ${renderFacts([
        { label: texts.signup.account, value: view.account },
        { label: texts.signup.number, value: readableNumber(view.phoneNumber) },
        { label: texts.signup.name, value: view.displayName },
        { label: texts.signup.returnTo, value: readableHost(view.returnTo) },
      ])}
      ${renderForm(view, texts)} ${renderExplanation(view, texts)}
      ${view.isStarted ? undefined : renderSharing(texts)}
      <p class="fine">${texts.signup.validUntil} ${renderTime(view.expiresAt, view.locale)}</p>
      ${renderReference(view.sessionId, view.locale)}
    </div>
    <p id="live" class="unseen" role="status"></p>
    <div id="relayed" role="status"></div>`;
  const data: BrowserData = {
    mode: view.mode,
    asksNumberFirst: view.asksNumberFirst,
    phoneNumber: readableNumber(view.phoneNumber),
    payload: view.payload,
    sessionId: view.sessionId,
    locale: view.locale,
    sdkUrl: view.sdkUrl,
    needsCode: view.needsCode,
    isStarted: view.isStarted,
    messageOrigins: view.messageOrigins,
    nationalNumbers: view.phoneNumber === undefined ? NATIONAL_NUMBERS : undefined,
    backUrl: linkTarget(view.backUrl),
    texts: texts.browser,
  };
  const scripts = html`<script type="application/json" id="signup-data">
      ${jsonForScript(data)}
    </script>
    ${moduleScript(view.nonce, `${BROWSER_FILES_PATH}signup.js`)}`;
  return renderDocument(view, texts.signup.title, main, scripts);
}

/** What a page for a signup that cannot be started shows. */
export interface ProblemPageView extends PageFrame {
  readonly code: ProblemCode;
  readonly account?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Where the customer can go on; absent where nothing is known about the link. */
  readonly returnUrl?: string | undefined;
  /** Where this browser can see how the number is doing that it connected by this link. */
  readonly statusUrl?: string | undefined;
  /** Where the signup can be tried again, if it can. */
  readonly againUrl?: string | undefined;
  /** The address lacks the link's token: the tab may remember it. */
  readonly isBare?: boolean | undefined;
}

/** The page for a link that is unknown, expired, used or revoked, and the like. */
export function renderProblemPage(view: ProblemPageView): string {
  const { title, content } = renderProblem(view);
  const script = moduleScript(view.nonce, `${BROWSER_FILES_PATH}resume.js`);
  const restore = html`<script
    nonce="${view.nonce}"
    src="${BROWSER_FILES_PATH}restore.js"
  ></script>`;
  const main = html`${view.isBare ? restore : undefined}${content}`;
  return renderDocument(view, title, main, script);
}

/** Nobody is held back: whether it works, Meta alone knows. */
function renderScarcity({ scarcity, locale }: SignupPageView): SafeHtml | undefined {
  if (!scarcity) return undefined;
  const texts = QUOTA_TEXTS[locale];
  return html`<section class="notice" aria-labelledby="scarcity">
    <h2 id="scarcity">${texts.title}</h2>
    <p>${texts[scarcity.of]}</p>
    <p>${texts.until} ${renderTime(scarcity.until, locale)}</p>
  </section>`;
}

/** The page's script says it in the browser's own time zone. */
function renderTime(iso: string, locale: Locale): SafeHtml {
  return html`<time datetime="${iso}">${readableTime(iso, locale)}</time>`;
}

function renderExplanation(view: SignupPageView, { signup }: PageTexts): SafeHtml {
  const { open, business, verify, wait } = signup.steps;
  const checkedNumber = view.phoneNumber ?? view.typedNumber;
  const steps = [open, business, verify[view.phoneNumberType], wait];
  return html`<section class="more">
    <h2>${signup.stepsTitle}</h2>
    <ol class="steps">
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <details>
      <summary>${signup.needsTitle}</summary>
      <ul>
        ${signup.needs.map((need) => html`<li>${need}</li>`)}
      </ul>
      <a
        id="check"
        class="button"
        target="_blank"
        rel="noopener noreferrer"
        ${checkedNumber === undefined ? html`hidden` : html`href="${chatAddress(checkedNumber)}"`}
        >${signup.check}</a
      >
    </details>
  </section>`;
}

/** For a customer who learns here that another person manages the company's Facebook. */
function renderSharing({ signup }: PageTexts): SafeHtml {
  const { title, text, button } = signup.share;
  return html`<details id="sharing">
    <summary>${title}</summary>
    <p>${text}</p>
    <button id="share" type="button" class="button">${button}</button>
    <p id="said" class="fine" role="status" hidden></p>
  </details>`;
}

/** WhatsApp opens a chat with a number that is in use, and says so of one that is not. */
function chatAddress(phoneNumber: string): string {
  return `https://wa.me/${phoneNumber.replace("+", "")}?text=hi`;
}
