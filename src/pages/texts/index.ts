import type { Locale } from "../../problems/locales.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import type { PageTexts } from "./page-texts.ts";
import { pt } from "./pt.ts";

const TEXTS: Readonly<Record<Locale, PageTexts>> = { es, pt, en };

/** The page's texts in one language. */
export function pageTexts(locale: Locale): PageTexts {
  return TEXTS[locale];
}
