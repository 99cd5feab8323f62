import type { BrandConfig } from "../config/build.ts";
import type { Locale } from "../problems/locales.ts";
import { brandStyle, renderBrand, renderWhatsApp } from "./brand.ts";
import { html, SafeHtml } from "./html.ts";
import { renderLanguages } from "./languages.ts";
import { pageTexts } from "./texts/index.ts";
import { stylesheet } from "./web-files.ts";

/** What all pages have in common. */
export interface PageFrame {
  readonly locale: Locale;
  /** The nonce of the page's Content-Security-Policy. */
  readonly nonce: string;
  readonly brand?: BrandConfig | undefined;
  /** Path and query of the page, for the links to its other languages; without it there are none. */
  readonly address?: string | undefined;
  /** Of the operator's pages, which have a style of their own beside the common one. */
  readonly isDesk?: boolean;
}

/** A whole document around the content of `<main>`. */
export function renderDocument(
  frame: PageFrame,
  title: string,
  main: SafeHtml,
  scripts?: SafeHtml,
): string {
  const { brand, address, locale, nonce, isDesk } = frame;
  const heading = brand?.name === undefined ? title : `${title} · ${brand.name}`;
  const document = html`<!doctype html>
    <html lang="${pageTexts(locale).lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${heading}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${new SafeHtml(stylesheet("page.css"))}${brandStyle(brand)}${
            isDesk ? new SafeHtml(stylesheet("desk.css")) : undefined
          }
        </style>
      </head>
      <body>
        <main class="${isDesk ? "card desk" : "card"}">
          <div class="top">
            <div class="brands">${renderBrand(brand)}${renderWhatsApp(brand)}</div>
            ${address === undefined ? undefined : renderLanguages(locale, address)}
          </div>
          ${main} ${renderFooter(brand, locale)}
        </main>
        ${scripts}
      </body>
    </html> `;
  return document.toString();
}

/** The SaaS's own pages that a customer may want here. */
function renderFooter(brand: BrandConfig | undefined, locale: Locale): SafeHtml | undefined {
  const { privacy, support } = pageTexts(locale).footer;
  const links = [
    { label: privacy, address: brand?.privacyUrl },
    { label: support, address: brand?.supportUrl },
  ].filter(({ address }) => address !== undefined);
  if (links.length === 0) return undefined;
  return html`<footer class="fine">
    ${links.map(
      ({ label, address }) =>
        html`<a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a>`,
    )}
  </footer>`;
}

/** A script element that loads one of the page's own modules. */
export function moduleScript(nonce: string, address: string): SafeHtml {
  return html`<script type="module" nonce="${nonce}" src="${address}"></script>`;
}

/** Small print: what support looks the signup up by. */
export function renderReference(
  sessionId: string | undefined,
  locale: Locale,
): SafeHtml | undefined {
  if (sessionId === undefined) return undefined;
  return html`<p class="fine">${pageTexts(locale).status.reference}: <bdi>${sessionId}</bdi></p>`;
}

export interface Fact {
  readonly label: string;
  readonly value: string | undefined;
}

/** Labelled values; those that are not known are left out. */
export function renderFacts(facts: readonly Fact[]): SafeHtml {
  const rows = facts
    .filter(({ value }) => value !== undefined)
    .map(
      ({ label, value }) =>
        html`<div>
          <dt>${label}</dt>
          <dd><bdi>${value}</bdi></dd>
        </div>`,
    );
  return html`<dl class="facts">${rows}</dl>`;
}
