import type { ProblemCode } from "../problems/catalogue.ts";
import { html, linkTarget } from "./html.ts";
import { type PageFrame, renderDocument, renderReference } from "./layout.ts";
import { renderProblem } from "./problem.ts";
import { pageTexts } from "./texts/index.ts";

/** What the service's own page after the callback shows where there is nothing to follow live. */
export interface ResultPageView extends PageFrame {
  /** How the signup ended: a number was received, which others may not see, or a failure's code. */
  readonly outcome:
    { readonly kind: "received" } | { readonly kind: "failed"; readonly code: ProblemCode };
  readonly account?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Where the signup can be tried again, if it can. */
  readonly againUrl?: string | undefined;
  /** Where the customer can go on, if anywhere. */
  readonly returnUrl?: string | undefined;
}

/** The service's own page after the callback. */
export function renderResultPage(view: ResultPageView): string {
  const { outcome } = view;
  if (outcome.kind === "failed") {
    const { title, content } = renderProblem({ ...view, code: outcome.code });
    return renderDocument(view, title, content);
  }
  const texts = pageTexts(view.locale);
  const back = linkTarget(view.returnUrl);
  const content = html` <h1>${texts.result.receivedTitle}</h1>
    <div class="notice success" role="status">
      <p>${texts.result.received}</p>
      <p>${texts.result.close}</p>
    </div>
    ${back === undefined ? undefined : html`<a class="button" href="${back}">${texts.result.back}</a>`}
    ${renderReference(view.sessionId, view.locale)}`;
  return renderDocument(view, texts.result.receivedTitle, content);
}
