import type { RequestHandler } from "express";
import {
  ACT_PATH,
  DESK_PATH,
  LOGIN_PATH,
  LOGOUT_PATH,
  NUMBERS_PATH,
} from "../../pages/desk/frame.ts";
import type { HttpDeps } from "../http-deps.ts";
import type { Limits } from "../middleware/rate-limits.ts";
import type { Route } from "../route.ts";
import { operatorCookie, operatorOfBrowser, postsFromOwnOrigin } from "./desk-session.ts";
import { getDesk } from "./get-desk.ts";
import { getNumbers } from "./get-numbers.ts";
import { postAct } from "./post-act.ts";
import { postLogin, postLogout } from "./post-login.ts";

/** The operator's page. */
export function deskPageRoutes(deps: HttpDeps, { limitFailures }: Limits): Route[] {
  const desk = { ...deps, limitFailures, cookie: operatorCookie(deps.publicUrl) };
  return [
    ["desk", "GET", DESK_PATH, getDesk(desk)],
    ["desk", "GET", NUMBERS_PATH, getNumbers(desk)],
    ["desk", "POST", LOGIN_PATH, postLogin(desk)],
    ["desk", "POST", LOGOUT_PATH, postLogout(desk)],
    ["desk", "POST", ACT_PATH, postAct(desk)],
  ];
}

/** In front of each of them: whether it exists comes first. */
export function deskPageGuards({ operator, publicUrl }: HttpDeps): RequestHandler[] {
  return [operatorOfBrowser(operator, operatorCookie(publicUrl)), postsFromOwnOrigin(publicUrl)];
}
