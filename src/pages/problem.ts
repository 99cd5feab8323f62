import type { ProblemCode } from "../problems/catalogue.ts";
import { customerDetail, describeProblem } from "../problems/render.ts";
import { html, linkTarget, type SafeHtml } from "./html.ts";
import { type PageFrame, renderFacts, renderReference } from "./layout.ts";
import { pageTexts } from "./texts/index.ts";

interface ProblemView extends PageFrame {
  readonly code: ProblemCode;
  readonly account?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly statusUrl?: string | undefined;
  /** Where the signup can be tried again. */
  readonly againUrl?: string | undefined;
}

/** Title and content of a page that says what went wrong and what to do. */
export function renderProblem(view: ProblemView): { title: string; content: SafeHtml } {
  const texts = pageTexts(view.locale);
  const { title, customerAction } = describeProblem(view.code, view.locale);
  const back = linkTarget(view.returnUrl);
  const { statusUrl, againUrl } = view;
  const content = html` <p class="eyebrow">${texts.problem.heading}</p>
    <h1>${title}</h1>
    <div class="notice problem" role="alert">
      <p>${customerDetail(view.code, view.locale)}</p>
      <p>${customerAction}</p>
    </div>
    ${renderFacts([
      { label: texts.signup.account, value: view.account },
      { label: texts.problem.code, value: view.code },
    ])}
    ${renderLink(statusUrl, texts.problem.status, "primary")}
    ${renderLink(againUrl, texts.problem.again, "primary")} ${renderLink(back, texts.problem.back)}
    ${renderReference(view.sessionId, view.locale)}`;
  return { title, content };
}

/** A link that looks like a button, where there is an address. */
export function renderLink(
  address: string | undefined,
  label: string,
  kind = "",
): SafeHtml | undefined {
  if (address === undefined) return undefined;
  return html`<a class="${`button ${kind}`.trim()}" href="${address}">${label}</a>`;
}
