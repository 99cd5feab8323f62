import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { withLogContext } from "../../logger.ts";
import { pickLocale, type Locale } from "../../problems/locales.ts";

const WELL_FORMED_REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Gives every request an id, the caller's where it is well formed, and every answer the same. */
export function requestIds(): RequestHandler {
  return (request, response, next) => {
    const given = request.get("x-request-id");
    const id = given && WELL_FORMED_REQUEST_ID.test(given) ? given : randomUUID();
    request.id = id;
    response.set("X-Request-Id", id);
    withLogContext({ requestId: id }, next);
  };
}

export function requestId(request: Request): string {
  return typeof request.id === "string" ? request.id : "";
}

/** The language of an answer whose session is unknown. */
export function requestLocale(request: Request, fallback: Locale): Locale {
  return pickLocale(request.get("accept-language"), fallback);
}

/** Whether the caller is a program that wants JSON, not a browser on its way through. */
export function wantsJson(request: Request): boolean {
  const accept = (request.get("accept") ?? "").toLowerCase();
  return accept.includes("application/json") && !accept.includes("text/html");
}
