import type { ProblemCode } from "../problems/catalogue.ts";
import type { BrowserData } from "./browser-data.ts";
import { BROWSER_FILES_PATH, browserFiles } from "./browser-script.ts";
import { html, jsonForScript, linkTarget, type SafeHtml } from "./html.ts";
import { moduleScript, type PageFrame, renderDocument, renderFacts } from "./layout.ts";
import { renderProblem } from "./problem.ts";
import { readableHost, readableNumber, readableTime } from "./readable.ts";
import { pageTexts } from "./texts/index.ts";
import type { PageTexts } from "./texts/page-texts.ts";

/** What the page behind a signup link shows. */
export interface SignupPageView extends PageFrame {
  /** Who will receive the number: the account's name, else the owner's id. */
  readonly account: string;
  /** Where the browser goes after all; shown as its host. */
  readonly returnTo: string;
  /** Where "back" leads when the customer gives up: an absolute http(s) URL. */
  readonly backUrl: string;
  readonly mode: "meta" | "redirect";
  /** The session's token; the script sends it with each call. */
  readonly payload: string;
  /** Known values are shown, unknown ones are asked for. */
  readonly phoneNumber?: string | undefined;
  readonly displayName?: string | undefined;
  readonly phoneNumberType: "sms_capable" | "voice_only" | "byo";
  /** Address of Meta's SDK, in meta mode. */
  readonly sdkUrl?: string | undefined;
  /** Exact origins whose signup messages count besides Facebook's own: the simulator's. */
  readonly messageOrigins: readonly string[];
  /** ISO 8601. */
  readonly expiresAt: string;
}

// Without these the browser would learn of each module from the one before.
const preloads = [...browserFiles.keys()]
  .filter((name) => name !== "resume.js")
  .map((name) => html`<link rel="modulepreload" href="${BROWSER_FILES_PATH}${name}" />`);

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
      ${renderFacts([
        { label: texts.signup.account, value: view.account },
        { label: texts.signup.number, value: readableNumber(view.phoneNumber) },
        { label: texts.signup.name, value: view.displayName },
        { label: texts.signup.returnTo, value: readableHost(view.returnTo) },
      ])}
      ${renderForm(view, texts)} ${renderExplanation(view, texts)}
    </div>
    <p id="live" class="unseen" role="status"></p>`;
  const data: BrowserData = {
    mode: view.mode,
    payload: view.payload,
    sdkUrl: view.sdkUrl,
    messageOrigins: view.messageOrigins,
    backUrl: linkTarget(view.backUrl),
    texts: texts.browser,
  };
  const scripts = html`${preloads}
    <script type="application/json" id="signup-data">
      ${jsonForScript(data)}
    </script>
    ${moduleScript(view.nonce, `${BROWSER_FILES_PATH}signup.js`)}`;
  return renderDocument(view, texts.signup.title, main, scripts);
}

/** What a page for a signup that cannot be started shows. */
export interface ProblemPageView extends PageFrame {
  readonly code: ProblemCode;
  readonly account?: string | undefined;
  /** Where the customer can go on; absent where nothing is known about the link. */
  readonly returnUrl?: string | undefined;
}

/** The page for a link that is unknown, expired, used or revoked, and the like. */
export function renderProblemPage(view: ProblemPageView): string {
  const { title, content } = renderProblem(view);
  const script = moduleScript(view.nonce, `${BROWSER_FILES_PATH}resume.js`);
  return renderDocument(view, title, content, script);
}

// The button stays off until the script is there, so that no press is lost in a native submit.
function renderForm(view: SignupPageView, texts: PageTexts): SafeHtml {
  const { signup } = texts;
  return html`<form id="form" method="post" novalidate>
    ${view.phoneNumber === undefined ? phoneField(texts) : undefined}
    ${view.displayName === undefined ? nameField(texts) : undefined}
    <button id="go" type="submit" class="primary" disabled>${signup.button[view.mode]}</button>
    <p class="fine">${signup.privacy}</p>
  </form>`;
}

function phoneField({ signup }: PageTexts): SafeHtml {
  return html`<div class="field">
    <label for="phoneNumber">${signup.number}</label>
    <input
      id="phoneNumber"
      name="phoneNumber"
      type="tel"
      inputmode="tel"
      autocomplete="tel"
      required
      maxlength="40"
      aria-describedby="phoneNumber-hint phoneNumber-error"
      placeholder="+"
    />
    <p id="phoneNumber-hint" class="hint">${signup.numberHint}</p>
    <p id="phoneNumber-error" class="error"></p>
  </div>`;
}

function nameField({ signup }: PageTexts): SafeHtml {
  return html`<div class="field">
    <label for="displayName">${signup.name}</label>
    <input
      id="displayName"
      name="displayName"
      type="text"
      autocomplete="organization"
      required
      maxlength="255"
      aria-describedby="displayName-hint displayName-error"
    />
    <p id="displayName-hint" class="hint">${signup.nameHint}</p>
    <p id="displayName-error" class="error"></p>
  </div>`;
}

function renderExplanation(view: SignupPageView, { signup }: PageTexts): SafeHtml {
  const { open, business, verify, wait } = signup.steps;
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
    </details>
    <p class="fine">
      ${signup.validUntil}
      <time id="expires" datetime="${view.expiresAt}"
        >${readableTime(view.expiresAt, view.locale)}</time
      >
    </p>
  </section>`;
}
