import type { Explanation } from "../../operator/desk.ts";
import { html, type SafeHtml } from "../html.ts";
import { renderSignup, renderState, renderStory } from "./cards.ts";
import { DESK_PATH, deskTexts, hidden, renderDesk, type DeskFrame } from "./frame.ts";

export interface SearchPageView extends DeskFrame {
  /** What is looked for, and what was found. */
  readonly found?: { readonly term: string; readonly explained: Explanation } | undefined;
  /** What came of an act. */
  readonly outcome?: { readonly isDone: boolean; readonly text: string } | undefined;
}

/** The search, and what it found. */
export function renderSearchPage(view: SearchPageView): string {
  const { found, outcome } = view;
  const { title } = deskTexts(view.locale);
  const content = html` <h1>${title}</h1>
    ${outcome ? renderOutcome(view, outcome) : undefined} ${renderForm(view, found?.term)}
    ${found ? renderFound({ ...view, term: found.term }, found.explained) : undefined}`;
  return renderDesk(view, title, content);
}

function renderForm({ locale, chosen: lang }: SearchPageView, term = ""): SafeHtml {
  const { label, hint, button } = deskTexts(locale).search;
  return html`<form method="get" action="${DESK_PATH}" role="search">
    ${hidden({ lang })}
    <label for="q">${label}</label>
    <input
      id="q"
      name="q"
      value="${term}"
      required
      maxlength="255"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      aria-describedby="q-hint"
    />
    <p class="hint" id="q-hint">${hint}</p>
    <button class="button primary">${button}</button>
  </form>`;
}

function renderFound(view: SearchPageView & { term: string }, explained: Explanation): SafeHtml {
  const { nothing, kinds } = deskTexts(view.locale);
  const { kind, integrations, sessions, story } = explained;
  if (integrations.length + sessions.length === 0) {
    return html`<div class="notice" role="status"><p>${nothing} ${kinds[kind] ?? kind}.</p></div>`;
  }
  return html`${integrations.map((one, index) => renderState(view, one, `number-${index}`))}
  ${renderStory(view, story)}
  ${sessions.map((one, index) => renderSignup(view, one, `signup-${index}`))}`;
}

function renderOutcome(
  { locale }: SearchPageView,
  { isDone, text }: { isDone: boolean; text: string },
): SafeHtml {
  if (isDone) return html`<div class="notice" role="status"><p>${text}</p></div>`;
  return html`<div class="notice problem" role="alert">
    <h2>${deskTexts(locale).failed}</h2>
    <p>${text}</p>
  </div>`;
}
