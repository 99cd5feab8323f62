import type { ProblemCode } from "../problems/catalogue.ts";
import { html, linkTarget } from "./html.ts";
import { type PageFrame, renderDocument, renderReference } from "./layout.ts";
import { renderLink, renderProblem } from "./problem.ts";
import { pageTexts } from "./texts/index.ts";

/** What the service's own page after the callback shows where there is nothing to follow live. */
export interface ResultPageView extends PageFrame {
  /**
   * How the signup failed; or that the session is another browser's, which is all that this one
   * learns of it.
   */
  readonly outcome:
    { readonly kind: "elsewhere" } | { readonly kind: "failed"; readonly code: ProblemCode };
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
  const { elsewhere, problem, footer } = pageTexts(view.locale);
  const back = linkTarget(view.returnUrl);
  const content = html` <h1>${elsewhere.title}</h1>
    <div class="notice" role="status">
      <p>${elsewhere.text}</p>
      <p>${elsewhere.otherwise}</p>
    </div>
    ${
      back === undefined
        ? renderLink(view.brand?.supportUrl, footer.support, "primary")
        : renderLink(back, problem.back, "primary")
    }
    ${renderReference(view.sessionId, view.locale)}`;
  return renderDocument(view, elsewhere.title, content);
}
