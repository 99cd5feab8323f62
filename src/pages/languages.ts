import { LOCALES, type Locale } from "../problems/locales.ts";
import { html, type SafeHtml } from "./html.ts";
import { pageTexts } from "./texts/index.ts";

const NAMES: Readonly<Record<Locale, string>> = { es: "Español", pt: "Português", en: "English" };

/**
 * Links to the same page in each language.
 * @param address path and query of the page; `lang` is set in it
 */
export function renderLanguages(locale: Locale, address: string): SafeHtml {
  const links = LOCALES.map(
    (other) =>
      html`<a
        href="${withLanguage(address, other)}"
        lang="${other}"
        hreflang="${other}"
        ${other === locale ? html`aria-current="true"` : undefined}
        >${NAMES[other]}</a
      >`,
  );
  return html`<nav id="languages" class="languages" aria-label="${pageTexts(locale).languages}">
    ${links}
  </nav>`;
}

function withLanguage(address: string, locale: Locale): string {
  const url = new URL(address, "http://page.invalid");
  url.searchParams.set("lang", locale);
  return `${url.pathname}${url.search}`;
}
