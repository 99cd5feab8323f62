import { html, jsonForScript, type SafeHtml } from "./html.ts";
import { moduleScript, type PageFrame, renderDocument } from "./layout.ts";
import { readableNumber } from "./readable.ts";
import type { StatusData, StatusView } from "./status-view.ts";
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
    ${renderSteps(status, texts)}
    <div id="status" class="notice ${status.kind}" role="status" tabindex="-1">
      ${status.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
    </div>
    ${renderCode(status, texts)} ${renderOnward(status, texts)}
    <p class="fine">${texts.status.reference}: <bdi>${sessionId}</bdi></p>`;
  const data: StatusData = {
    sessionId,
    locale,
    texts: texts.status.browser,
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
      />
      <p id="code-hint" class="hint">${hint}</p>
      <p id="code-error" class="error"></p>
      <button type="submit" class="primary">${send}</button>
    </form>
    <div id="resend" class="pair" role="group" aria-label="${resendBy}">
      <button type="button" class="button" data-method="sms">${sms}</button>
      <button type="button" class="button" data-method="voice">${voice}</button>
    </div>
    <p id="said" class="fine" role="status"></p>
  </div>`;
}

function renderOnward({ onward }: StatusView, { status }: PageTexts): SafeHtml {
  const target = onward === null ? html`hidden` : html`href="${onward}"`;
  return html`<p id="leaving" class="fine" role="status" hidden>${status.browser.leaving}</p>
    <a id="onward" class="button primary" ${target}>${status.onward}</a>`;
}
