import type { Locale } from "../problems/locales.ts";
import { stylesheet } from "./browser-script.ts";
import { html, SafeHtml } from "./html.ts";
import { pageTexts } from "./texts/index.ts";

/** What all pages have in common. */
export interface PageFrame {
  readonly locale: Locale;
  /** The nonce of the page's Content-Security-Policy. */
  readonly nonce: string;
}

const style = new SafeHtml(stylesheet);

/** The page's picture: a speech bubble, drawn in the accent colour. */
const mark = new SafeHtml(
  `<svg class="mark" viewBox="0 0 40 40" aria-hidden="true"><path fill="currentColor" d="M20 3a17 17 0 0 0-14.6 25.7L3 37l8.5-2.3A17 17 0 1 0 20 3z"/><g fill="var(--card)"><circle cx="13" cy="20" r="2.2"/><circle cx="20" cy="20" r="2.2"/><circle cx="27" cy="20" r="2.2"/></g></svg>`,
);

/** A whole document around the content of `<main>`. */
export function renderDocument(
  frame: PageFrame,
  title: string,
  main: SafeHtml,
  scripts?: SafeHtml,
): string {
  const document = html`<!doctype html>
    <html lang="${pageTexts(frame.locale).lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${frame.nonce}">
          ${style}
        </style>
      </head>
      <body>
        <main class="card">${mark}${main}</main>
        ${scripts}
      </body>
    </html> `;
  return document.toString();
}

/** A script element that loads one of the page's own modules. */
export function moduleScript(nonce: string, address: string): SafeHtml {
  return html`<script type="module" nonce="${nonce}" src="${address}"></script>`;
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
