import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../clock.ts";
import type { BrandConfig } from "../../config/build.ts";
import type { Operator } from "../../operator/create-operator.ts";
import { DESK_PATH, deskAddress, type DeskFrame } from "../../pages/desk/frame.ts";
import { renderLoginPage } from "../../pages/desk/login-page.ts";
import { renderSearchPage, type SearchPageView } from "../../pages/desk/search-page.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import { localeOf, pickLocale, type Locale } from "../../problems/locales.ts";
import type { ProblemError } from "../../problems/problem-error.ts";
import { describeProblem } from "../../problems/render.ts";
import { failingOnPage } from "../middleware/failing-on-page.ts";
import type { ProblemLog } from "../middleware/problem-log.ts";
import { sendPage } from "../signup/page.ts";
import { operatorOf } from "./desk-session.ts";

export interface DeskDeps {
  operator: Operator;
  brand: BrandConfig;
  defaultLocale: Locale;
  problemLog: ProblemLog;
  clock: Clock;
}

const TERM_MAX_LENGTH = 255;

/** What was looked for, in the address or in a form. */
export function termIn(request: Request): string | undefined {
  return fieldIn(request, "q")?.trim().slice(0, TERM_MAX_LENGTH) || undefined;
}

/** The language that was chosen on the page. */
export function chosenIn(request: Request): Locale | undefined {
  return localeOf(fieldIn(request, "lang") ?? "");
}

function fieldIn(request: Request, name: string): string | undefined {
  const body: unknown = request.body;
  const fields = { ...request.query, ...(typeof body === "object" ? body : {}) };
  const value: unknown = (fields as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
}

/** What every page of the operator begins with, but the nonce. */
export function frameOf(
  { brand, defaultLocale, clock }: DeskDeps,
  request: Request,
  response: Response,
): Omit<DeskFrame, "nonce"> & { operator: string | undefined } {
  const chosen = chosenIn(request);
  return {
    brand,
    chosen,
    locale: chosen ?? pickLocale(request.get("accept-language"), defaultLocale),
    operator: operatorOf(response),
    address: deskAddress({ chosen: undefined }, DESK_PATH, { q: termIn(request) }),
    now: clock.now(),
  };
}

/** Sends one of the operator's pages: forms alone, no script. */
export function sendDesk(
  deps: DeskDeps,
  request: Request,
  response: Response,
  status: number,
  render: (nonce: string) => string,
): void {
  sendPage(request, response, { status, brand: deps.brand, formsOnly: true }, render);
}

/** Sends the login, with what was looked for, so that it is found afterwards. */
export function sendLogin(
  deps: DeskDeps,
  request: Request,
  response: Response,
  { status, notice }: { status: number; notice?: string },
): void {
  const view = { ...frameOf(deps, request, response), term: termIn(request), notice };
  sendDesk(deps, request, response, status, (nonce) => renderLoginPage({ ...view, nonce }));
}

/** Sends the search with what it finds. */
export async function sendSearch(
  deps: DeskDeps,
  request: Request,
  response: Response,
  { status, outcome }: { status: number; outcome?: SearchPageView["outcome"] },
): Promise<void> {
  const frame = frameOf(deps, request, response);
  const term = termIn(request);
  const found = term && {
    term,
    explained: await deps.operator.desk.explain(term, frame.locale),
  };
  sendDesk(deps, request, response, status, (nonce) =>
    renderSearchPage({ ...frame, nonce, outcome, ...(found ? { found } : {}) }),
  );
}

/** What fails is said on a page, and logged as everywhere. */
export function onPage(
  deps: DeskDeps,
  show: (request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return failingOnPage(deps.problemLog, show, (request, response, problem) =>
    sendFailure(deps, request, response, problem),
  );
}

async function sendFailure(
  deps: DeskDeps,
  request: Request,
  response: Response,
  { code, actor, retryAfterSeconds }: ProblemError,
): Promise<void> {
  const { status } = PROBLEMS[code];
  const { locale, operator, ...frame } = frameOf(deps, request, response);
  const { title, detail, action } = describeProblem(code, locale, actor);
  const text = `${title}. ${detail} ${action}`;
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  if (operator === undefined) return sendLogin(deps, request, response, { status, notice: text });
  const outcome = { isDone: false, text };
  // What was looked for cannot be shown where looking is what failed.
  if (status < 500) return sendSearch(deps, request, response, { status, outcome });
  sendDesk(deps, request, response, status, (nonce) =>
    renderSearchPage({ ...frame, locale, operator, nonce, outcome }),
  );
}
