import type { RequestHandler } from "express";
import { ProblemError } from "../problems/problem-error.ts";

/**
 * Lets only our own pages call: every browser sends `Origin` with a POST and most send
 * `Sec-Fetch-Site`. A request with neither comes from no browser, so no other site can have forged
 * it and there is no cookie of a customer in it. A GET may also be typed into the address bar.
 */
export function ownOriginOnly(publicUrl: string): RequestHandler {
  return (request, _response, next) => {
    const { method } = request;
    const origin = request.get("origin");
    const site = request.get("sec-fetch-site");
    const ownSites = [undefined, "same-origin", method === "GET" ? "none" : undefined];
    const own = origin === undefined ? ownSites.includes(site) : origin === publicUrl;
    if (!own) throw new ProblemError("origin_not_allowed");
    next();
  };
}
