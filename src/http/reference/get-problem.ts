import type { RequestHandler } from "express";
import type { BrandConfig } from "../../config/build.ts";
import {
  renderProblemReferencePage,
  renderUnknownProblemPage,
} from "../../pages/problem-reference-page.ts";
import { isProblemCode } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";
import { PROBLEMS_PATH } from "../../problems/render.ts";
import { pageLocale, sendPage } from "../signup/page.ts";

export interface ProblemPageDeps {
  brand: BrandConfig;
  publicUrl: string;
  defaultLocale: Locale;
}

/** The page that the `type` of a problem leads to. */
export function getProblem({ brand, publicUrl, defaultLocale }: ProblemPageDeps): RequestHandler {
  return (request, response) => {
    const { code } = request.params;
    const locale = pageLocale(request, undefined, defaultLocale);
    const known = typeof code === "string" && isProblemCode(code) ? code : undefined;
    sendPage(request, response, { status: known ? 200 : 404, brand }, (nonce) => {
      const view = { locale, nonce, brand, publicUrl };
      if (!known) return renderUnknownProblemPage(view);
      return renderProblemReferencePage({ ...view, address: `${PROBLEMS_PATH}/${known}` }, known);
    });
  };
}
