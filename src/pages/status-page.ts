import type { Locale } from "../problems/locales.ts";
import { html, jsonForScript, type SafeHtml } from "./html.ts";
import { moduleScript, type PageFrame, renderDocument, renderReference } from "./layout.ts";
import { readableNumber, readableTime } from "./readable.ts";
import type { Remedy, StatusData, StatusView } from "./status-view.ts";
import { pageTexts } from "./texts/index.ts";
import type { PageTexts } from "./texts/page-texts.ts";
import { BROWSER_FILES_PATH } from "./web-files.ts";

export interface StatusPageView extends PageFrame {
  readonly sessionId: string;
  readonly account: string;
  readonly phoneNumber?: string | undefined;
  readonly status: StatusView;
}

/** The page after the callback, for the browser that went through it; its script keeps it live. */
export function renderStatusPage(view: StatusPageView): string {
  const { status, locale, nonce, sessionId } = view;
  const texts = pageTexts(locale);
  const number =
    view.phoneNumber === undefined
      ? undefined
      : html` · <bdi class="number">${readableNumber(view.phoneNumber)}</bdi>`;
  // What stays stands above what changes its size, so that nothing moves under a finger.
  const main = html`<h1 id="title">${status.title}</h1>
    <p class="lead"><bdi>${view.account}</bdi>${number}</p>
    ${renderSteps(status, texts)} ${renderReference(sessionId, locale)}
    <div
      id="status"
      class="notice ${status.kind} ${status.code.error === null ? "" : "problem"}"
      role="status"
      tabindex="-1"
    >
      ${status.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
    </div>
    ${renderUntil(status, locale)} ${renderCode(status, texts)} ${renderRetry(status, texts)}
    ${renderOnward(status, texts)}`;
  const { nameMissing, nameInvalid } = texts.browser.fields;
  const data: StatusData = {
    sessionId,
    locale,
    texts: texts.status.browser,
    closeTab: texts.browser.closeTab,
    nameTexts: { nameMissing, nameInvalid },
  };
  const scripts = html`<script type="application/json" id="status-data">
      ${jsonForScript(data)}
    </script>
    ${moduleScript(nonce, `${BROWSER_FILES_PATH}status.js`)}`;
  return renderDocument(view, status.title, main, scripts);
}

function renderSteps({ steps }: StatusView, { status }: PageTexts): SafeHtml {
  return html`<ol id="steps" class="progress">
    ${steps.map(
      ({ id, state }) =>
        html`<li id="step-${id}" class="${state}">
          ${status.steps[id]} <span class="unseen">(${status.browser.states[state]})</span>
        </li>`,
    )}
  </ol>`;
}

// Without the script nothing would come of a press, so the form is not shown without it.
function renderCode({ code }: StatusView, { status }: PageTexts): SafeHtml {
  const { label, hint, send, resendBy, sms, voice } = status.code;
  return html`<div id="code" ${code.due || code.resend ? undefined : html`hidden`}>
    <form id="code-form" novalidate ${code.due ? undefined : html`hidden`}>
      <label for="code-input">${label}</label>
      <input
        id="code-input"
        name="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength="20"
        required
        aria-describedby="code-hint code-error"
        aria-invalid="${String(code.error !== null)}"
      />
      <p id="code-hint" class="hint">${hint}</p>
      <p id="code-error" class="error">${code.error ?? ""}</p>
      <button type="submit" class="primary">${send}</button>
    </form>
    <div id="resend" class="pair" role="group" aria-label="${resendBy}">
      <button type="button" class="button" data-method="sms">${sms}</button>
      <button type="button" class="button" data-method="voice">${voice}</button>
    </div>
    <p id="said" class="fine" role="status"></p>
  </div>`;
}

// The script says it again in the customer's own time zone.
function renderUntil({ retryingUntil }: StatusView, locale: Locale): SafeHtml {
  const time = retryingUntil === null ? "" : readableTime(retryingUntil, locale);
  return html`<p id="until" class="fine" ${retryingUntil === null ? html`hidden` : undefined}>
    ${pageTexts(locale).status.retryingUntil}
    <time id="until-time" datetime="${retryingUntil ?? ""}">${time}</time>
  </p>`;
}

function renderRetry({ remedy }: StatusView, { signup, status }: PageTexts): SafeHtml {
  const isOffered = isRetry(remedy);
  return html`<form id="retry" novalidate ${isOffered ? undefined : html`hidden`}>
    <div id="retry-name" class="field" ${remedy === "name" ? undefined : html`hidden`}>
      <label for="name-input">${signup.name}</label>
      <input
        id="name-input"
        name="displayName"
        autocomplete="organization"
        maxlength="255"
        required
        aria-describedby="name-hint name-error"
      />
      <p id="name-hint" class="hint">${signup.nameHint}</p>
      <p id="name-error" class="error"></p>
    </div>
    <button type="submit" class="primary">${status.retry}</button>
    <p id="retry-said" class="fine" role="status"></p>
  </form>`;
}

function isRetry(remedy: Remedy | null): boolean {
  return remedy === "retry" || remedy === "name";
}

function renderOnward({ onward, remedy }: StatusView, { status, browser }: PageTexts): SafeHtml {
  const { closeTab } = browser;
  const { leaving, onward: further, connectAgain } = status.browser;
  const target = onward === null ? html`hidden` : html`href="${onward}"`;
  return html`<p id="leaving" class="fine" role="status" hidden>${leaving}</p>
    <button id="close-tab" type="button" class="button primary" hidden>${closeTab.label}</button>
    <a id="onward" class="${isRetry(remedy) ? "button" : "button primary"}" ${target}
      >${remedy === "connect" ? connectAgain : further}</a
    >`;
}
