import type { RequestHandler } from "express";
import { z } from "zod";
import type { Logger } from "../../logger.ts";
import { DESK_PATH, deskAddress, deskTexts } from "../../pages/desk/frame.ts";
import { PROBLEMS } from "../../problems/catalogue.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { AuthenticateRequest } from "../middleware/caller.ts";
import type { HostCookie } from "../middleware/host-cookie.ts";
import type { Limits } from "../middleware/rate-limits.ts";
import { parseBody } from "../middleware/validate.ts";
import { chosenIn, frameOf, onPage, sendLogin, termIn, type DeskDeps } from "./desk-page.ts";

export interface LoginDeps extends DeskDeps {
  cookie: HostCookie;
  limitFailures: Limits["limitFailures"];
  logger: Logger;
}

const common = { q: z.string().optional(), lang: z.string().optional() };
export const loginForm = z.strictObject({ token: z.string().max(1024), ...common });
export const logoutForm = z.strictObject(common);

/** Logs an operator's browser in: whatever cookie it brought, it gets a new one. */
export function postLogin(deps: LoginDeps): RequestHandler {
  const { operator, cookie, logger } = deps;
  const begin: AuthenticateRequest<{ id: string; name: string }> = async (request) => {
    const session = await operator.sessions.begin(parseBody(loginForm, request).token.trim());
    if (session) return session;
    throw new ProblemError("unauthenticated", { logged: { reason: "ops_token" } });
  };
  const login = deps.limitFailures(begin);
  return onPage(deps, async (request, response) => {
    const { id, name } = await login(request).catch((error: unknown) => {
      if (!(error instanceof ProblemError) || error.code !== "unauthenticated") throw error;
      deps.problemLog.write(error, request);
      const notice = deskTexts(frameOf(deps, request, response).locale).login.wrong;
      sendLogin(deps, request, response, { status: PROBLEMS[error.code].status, notice });
      return { id: undefined, name: undefined };
    });
    if (id === undefined) return;
    const former = cookie.read(request);
    if (former) await operator.sessions.end(former);
    cookie.set(response, id);
    logger.info(
      { event: "operator_action", action: "login", operator: name },
      "An operator's browser logged in",
    );
    response.redirect(303, afterwards(chosenIn(request), termIn(request)));
  });
}

/** Ends the session, in the database and in the browser. */
export function postLogout(deps: LoginDeps): RequestHandler {
  const { operator, cookie, logger } = deps;
  return onPage(deps, async (request, response) => {
    const id = cookie.read(request);
    if (id) await operator.sessions.end(id);
    cookie.clear(response);
    logger.info({ event: "operator_action", action: "logout" }, "An operator's browser logged out");
    response.redirect(303, afterwards(chosenIn(request), undefined));
  });
}

function afterwards(chosen: ReturnType<typeof chosenIn>, q: string | undefined): string {
  return deskAddress({ chosen }, DESK_PATH, { q });
}
