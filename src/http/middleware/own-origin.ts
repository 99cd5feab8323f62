import type { RequestHandler } from "express";
import { maskNumbersIn } from "../../phone-number.ts";
import { ProblemError } from "../../problems/problem-error.ts";

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
    if (!own) {
      throw new ProblemError("origin_not_allowed", {
        logged: {
          reason: origin === undefined ? "other_site" : "other_origin",
          origin: origin === undefined ? null : shown(origin),
          site: site === undefined ? null : shown(site),
          expected: publicUrl,
        },
      });
    }
    next();
  };
}

const SHOWN_MAX_LENGTH = 120;

/** An origin is what a URL begins with; of anything else only its printable beginning is shown. */
function shown(value: string): string {
  const origin = URL.canParse(value) ? new URL(value).origin : value;
  const text = origin === "null" ? (value.split(/[/?#@]/)[0] ?? "") : origin;
  return maskNumbersIn(text.replace(/[^\x20-\x7e]/g, "?")).slice(0, SHOWN_MAX_LENGTH);
}
