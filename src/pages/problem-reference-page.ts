import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from "../problems/catalogue.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { PROBLEMS_PATH, problemText, renderProblem } from "../problems/render.ts";
import { html, type SafeHtml } from "./html.ts";
import { renderDocument, type PageFrame } from "./layout.ts";
import { PROBLEM_REFERENCE_TEXTS } from "./texts/problem-reference.ts";

interface ProblemReferenceView extends PageFrame {
  readonly publicUrl: string;
}

/** What a problem's code means, who acts and how: for developers and support. */
export function renderProblemReferencePage(view: ProblemReferenceView, code: ProblemCode): string {
  const { locale, publicUrl } = view;
  const texts = PROBLEM_REFERENCE_TEXTS[locale];
  const { status, actor, retryable } = PROBLEMS[code];
  const { title, detail, action } = problemText(code, locale);
  const example = renderProblem(new ProblemError(code), {
    locale,
    instance: "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    publicUrl,
  });
  const content = html` <p class="eyebrow">${texts.eyebrow}</p>
    <h1>${title}</h1>
    <p><code>${code}</code></p>
    <dl class="facts">
      ${fact(texts.happened, detail)} ${fact(texts.actor, texts.actors[actor])}
      ${fact(texts.action, action)} ${operatorPart(code, view)}
      ${fact(texts.again, texts.retryable[retryable ? "yes" : "no"])}
      ${fact(texts.status, String(status))}
    </dl>
    <h2>${texts.example}</h2>
    <pre class="example" tabindex="0">${JSON.stringify(example, null, 2)}</pre>
    <details>
      <summary>${texts.all}</summary>
      ${codeList()}
    </details>`;
  return renderDocument(view, title, content);
}

/** For an address that names no problem: the list of those that there are. */
export function renderUnknownProblemPage(view: ProblemReferenceView): string {
  const { title, text } = PROBLEM_REFERENCE_TEXTS[view.locale].unknown;
  return renderDocument(
    view,
    title,
    html` <h1>${title}</h1>
      <p>${text}</p>
      ${codeList()}`,
  );
}

function operatorPart(code: ProblemCode, { locale }: ProblemReferenceView): SafeHtml | undefined {
  if (PROBLEMS[code].actor === "operator") return undefined;
  const usual = problemText(code, locale);
  const { detail, action } = problemText(code, locale, "operator");
  if (detail === usual.detail && action === usual.action) return undefined;
  return fact(PROBLEM_REFERENCE_TEXTS[locale].operator, `${detail} ${action}`);
}

function codeList(): SafeHtml {
  const links = PROBLEM_CODES.map(
    (code) =>
      html`<li>
        <a href="${PROBLEMS_PATH}/${code}"><code>${code}</code></a>
      </li>`,
  );
  return html`<ul>
    ${links}
  </ul>`;
}

function fact(label: string, value: string): SafeHtml {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}
