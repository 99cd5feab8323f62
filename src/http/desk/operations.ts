import { z } from "zod";
import {
  ACT_PATH,
  DESK_PATH,
  LOGIN_PATH,
  LOGOUT_PATH,
  NUMBERS_PATH,
} from "../../pages/desk/frame.ts";
import type { Operation } from "../openapi/operation.ts";
import { actForm } from "./post-act.ts";
import { loginForm, logoutForm } from "./post-login.ts";

const DESK = { tag: "The operator's page", access: "desk", problems: [] } as const;
const page = { "text/html": { schema: z.string(), examples: {} } };
const form = (schema: z.ZodType) => ({
  "application/x-www-form-urlencoded": { schema, examples: {} },
});
const text = z.string().optional();
const refused = { description: "The page, which says what was wrong", content: page };
const broken = { description: "The page, which says that it is broken", content: page };
const failing = { 500: broken, 503: broken };

export const deskPageOperations: readonly Operation[] = [
  {
    ...DESK,
    method: "get",
    path: DESK_PATH,
    id: "desk",
    summary: "The operator's page: the login, else the search and what it found",
    params: { query: z.object({ q: text, lang: text, did: text }) },
    answers: { 200: { description: "The page", content: page }, ...failing },
  },
  {
    ...DESK,
    method: "get",
    path: NUMBERS_PATH,
    id: "deskNumbers",
    summary: "How many numbers are in each state, and the ones that changed last",
    params: {
      query: z.object({ status: text, waitingFor: text, code: text, since: text, lang: text }),
    },
    answers: {
      200: { description: "The page", content: page },
      303: { description: "Nobody is logged in: to the login" },
      ...failing,
    },
  },
  {
    ...DESK,
    method: "post",
    path: LOGIN_PATH,
    id: "deskLogin",
    summary: "Log an operator's browser in with a token of OPS_TOKEN",
    body: form(loginForm),
    answers: {
      303: { description: "Logged in, with a cookie for twelve hours: to the page" },
      400: refused,
      401: { description: "The token is nobody's", content: page },
      429: { description: "Too many tokens were nobody's", content: page },
      ...failing,
    },
  },
  {
    ...DESK,
    method: "post",
    path: LOGOUT_PATH,
    id: "deskLogout",
    summary: "Log an operator's browser out",
    body: form(logoutForm),
    answers: { 303: { description: "Logged out: to the login" }, ...failing },
  },
  {
    ...DESK,
    method: "post",
    path: ACT_PATH,
    id: "deskAct",
    summary: "Do what an operator pressed",
    description: "Beside these the fields of the door of the same name, or its `id`.",
    body: form(actForm),
    answers: {
      303: { description: "Done: back to what was looked for" },
      400: refused,
      401: { description: "The login is over, and nothing was done", content: page },
      404: refused,
      409: refused,
      410: refused,
      ...failing,
    },
    problems: ["payload_too_large"],
  },
];
