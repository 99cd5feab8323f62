import type { Locale } from "../../problems/locales.ts";
import { html, type SafeHtml } from "../html.ts";
import { renderDocument, type PageFrame } from "../layout.ts";
import { readableTime, timeFromNow } from "../readable.ts";
import { en } from "../texts/desk-en.ts";
import { es } from "../texts/desk-es.ts";
import { pt } from "../texts/desk-pt.ts";
import type { DeskTexts } from "../texts/desk-texts.ts";

/** Where the operator's page is; what it has below stands here too. */
export const DESK_PATH = "/ops";
export const NUMBERS_PATH = `${DESK_PATH}/numbers`;
export const LOGIN_PATH = `${DESK_PATH}/login`;
export const LOGOUT_PATH = `${DESK_PATH}/logout`;
export const ACT_PATH = `${DESK_PATH}/act`;

const TEXTS: Readonly<Record<Locale, DeskTexts>> = { es, pt, en };

/** What all pages of the operator have in common. */
export interface DeskFrame extends PageFrame {
  /** The language that was chosen on the page, which its addresses keep. */
  readonly chosen: Locale | undefined;
  /** Who is logged in, by the name of the token. */
  readonly operator?: string | undefined;
  readonly now: Date;
}

export function deskTexts(locale: Locale): DeskTexts {
  return TEXTS[locale];
}

/** An address of the operator's page; parameters that are undefined are left out. */
export function deskAddress(
  { chosen: lang }: Pick<DeskFrame, "chosen">,
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...parameters, lang })) {
    if (value) query.set(name, value);
  }
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** What a form sends beside what is typed. */
export function hidden(fields: Readonly<Record<string, string | undefined>>): SafeHtml[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value ? [html`<input type="hidden" name="${name}" value="${value}" />`] : [],
  );
}

/** A whole page around its content. */
export function renderDesk(frame: DeskFrame, title: string, content: SafeHtml): string {
  return renderDocument({ ...frame, isDesk: true }, title, html`${renderWho(frame)} ${content}`);
}

/** A time in UTC, and how far it is from now. */
export function renderTime(at: Date, { locale, now }: DeskFrame): SafeHtml {
  const iso = at.toISOString();
  const words = `${readableTime(iso, locale)} (${timeFromNow(at, now, locale)})`;
  return html`<time datetime="${iso}">${words}</time>`;
}

function renderWho(frame: DeskFrame): SafeHtml | undefined {
  const { operator, locale, chosen: lang } = frame;
  if (operator === undefined) return undefined;
  const texts = deskTexts(locale);
  return html`<nav class="who" aria-label="${texts.title}">
    <a href="${deskAddress(frame, DESK_PATH)}">${texts.search.button}</a>
    <a href="${deskAddress(frame, NUMBERS_PATH)}">${texts.numbers.title}</a>
    <form method="post" action="${LOGOUT_PATH}">
      ${hidden({ lang })}
      <span>${texts.loggedInAs} <b>${operator}</b></span>
      <button class="button">${texts.logout}</button>
    </form>
  </nav>`;
}
