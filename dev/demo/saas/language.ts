import { parseCookie } from "cookie";
import type { Request, RequestHandler } from "express";

/** The languages that the SaaS speaks. */
export const LANGUAGES = ["es", "pt", "en"] as const;

export type Language = (typeof LANGUAGES)[number];

const COOKIE = "mostrador-lang";

/** The language that was chosen by `?lang=`, now or before; else the browser's; else Spanish. */
export function languageOf(request: Request): Language {
  const { [COOKIE]: chosen } = parseCookie(request.headers.cookie ?? "");
  const accepted = request.acceptsLanguages([...LANGUAGES]);
  return [request.query.lang, chosen, accepted].find(isLanguage) ?? "es";
}

/** Keeps a choice, since the customer comes back from the signup without it. */
export const rememberLanguage: RequestHandler = ({ query }, response, next) => {
  if (isLanguage(query.lang)) response.cookie(COOKIE, query.lang, { sameSite: "lax" });
  next();
};

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}
