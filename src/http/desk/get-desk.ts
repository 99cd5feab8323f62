import type { RequestHandler } from "express";
import { ACT_NAMES } from "../../operator/acts.ts";
import { deskTexts } from "../../pages/desk/frame.ts";
import { frameOf, onPage, sendLogin, sendSearch, type DeskDeps } from "./desk-page.ts";

/** The operator's page: the login, else the search and what it found. */
export function getDesk(deps: DeskDeps): RequestHandler {
  return onPage(deps, async (request, response) => {
    const { operator, locale } = frameOf(deps, request, response);
    if (operator === undefined) return sendLogin(deps, request, response, { status: 200 });
    const { did } = request.query;
    const isDone = ACT_NAMES.some((name) => name === did);
    const outcome = isDone ? { outcome: { isDone, text: deskTexts(locale).done } } : {};
    await sendSearch(deps, request, response, { status: 200, ...outcome });
  });
}
