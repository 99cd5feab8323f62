import type { BrandConfig } from "../config/build.ts";
import { html, SafeHtml } from "./html.ts";

/** Red, green and blue, each from 0 to 255. */
type Colour = readonly [number, number, number];

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
/** What WCAG 2.2 asks of small text. */
const READABLE = 4.5;
const TINT_SHARE = 0.1;
const STEP = 0.04;

/** The card of `signup.css` in each colour scheme, and where a colour moves until it can be read. */
const SCHEMES = {
  light: { card: [255, 255, 255], towards: BLACK },
  dark: { card: [24, 32, 29], towards: WHITE },
} as const;

/** The pages' picture where the brand has none: a speech bubble, drawn in the accent colour. */
const mark = new SafeHtml(
  `<svg class="mark" viewBox="0 0 40 40" aria-hidden="true"><path fill="currentColor" d="M20 3a17 17 0 0 0-14.6 25.7L3 37l8.5-2.3A17 17 0 1 0 20 3z"/><g fill="var(--card)"><circle cx="13" cy="20" r="2.2"/><circle cx="20" cy="20" r="2.2"/><circle cx="27" cy="20" r="2.2"/></g></svg>`,
);

/** Logo and name at the head of a page; the logo speaks for itself, with the name as its text. */
export function renderBrand({ name, logoUrl }: BrandConfig = {}): SafeHtml {
  if (logoUrl !== undefined) return html`<img class="logo" src="${logoUrl}" alt="${name ?? ""}" />`;
  return html`${mark}${name === undefined ? undefined : html`<b class="brand">${name}</b>`}`;
}

/** WhatsApp's name beside the brand's; where there is no brand, the picture says it already. */
export function renderWhatsApp({ name, logoUrl }: BrandConfig = {}): SafeHtml | undefined {
  if (name === undefined && logoUrl === undefined) return undefined;
  const picture = logoUrl === undefined ? undefined : mark;
  return html`<span class="and" aria-hidden="true">+</span>${picture}<b class="brand">WhatsApp</b>`;
}

/** Rules that put the brand's colour in place of the pages' own; nothing without one. */
export function brandStyle({ color }: BrandConfig = {}): SafeHtml | undefined {
  if (color === undefined) return undefined;
  const light = rule(palette(color, "light"));
  const dark = rule(palette(color, "dark"));
  return new SafeHtml(`${light}@media (prefers-color-scheme: dark) {${dark}}`);
}

/** What a colour scheme makes of the brand's colour. */
export interface Palette {
  readonly accent: string;
  /** Text on the accent: white or black, whichever can be read better. */
  readonly onAccent: string;
  /** Ground of notices. */
  readonly tint: string;
}

/** The colour as it is where it can be read on the scheme's grounds, else darker or lighter. */
export function palette(color: string, scheme: keyof typeof SCHEMES): Palette {
  const { card, towards } = SCHEMES[scheme];
  const brand = parse(color);
  const tint = mix(card, brand, TINT_SHARE);
  let accent = brand;
  for (let share = STEP; Math.min(contrast(accent, card), contrast(accent, tint)) < READABLE;) {
    accent = mix(brand, towards, Math.min(share, 1));
    share += STEP;
  }
  const onAccent = contrast(accent, WHITE) >= contrast(accent, BLACK) ? WHITE : BLACK;
  return { accent: print(accent), onAccent: print(onAccent), tint: print(tint) };
}

function rule({ accent, onAccent, tint }: Palette): string {
  return `:root{--accent:${accent};--on-accent:${onAccent};--tint:${tint}}`;
}

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [part(0), part(1), part(2)];
}

/** Reads `#rrggbb`. */
export function parse(color: string): Colour {
  const part = (start: number) => Number.parseInt(color.slice(start, start + 2), 16);
  return [part(1), part(3), part(5)];
}

function print(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
