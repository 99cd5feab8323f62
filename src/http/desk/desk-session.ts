import type { Request, RequestHandler, Response } from "express";
import { addLogContext } from "../../logger.ts";
import type { Operator } from "../../operator/create-operator.ts";
import { OPERATOR_SESSION_MS } from "../../operator/operator-sessions.ts";
import { HostCookie } from "../middleware/host-cookie.ts";
import { operatorAuthentication } from "../middleware/operator.ts";
import { ownOriginOnly } from "../middleware/own-origin.ts";

const operators = new WeakMap<Response, string>();

/** Who is logged in to the operator's page; undefined where nobody is. */
export function operatorOf(response: Response): string | undefined {
  return operators.get(response);
}

/** The cookie of an operator's browser: no request that another site begins brings it. */
export function operatorCookie(publicUrl: string): HostCookie {
  return new HostCookie(publicUrl, {
    name: "whatsapp_operator",
    sameSite: "strict",
    maxAgeSeconds: OPERATOR_SESSION_MS / 1000,
  });
}

/**
 * Tells who is logged in. Without OPS_TOKEN there is no page, as there are no other doors, except on a
 * developer's own machine, where nobody has to log in.
 */
export function operatorOfBrowser(
  operator: Pick<Operator, "tokens" | "sessions"> & { production: boolean },
  cookie: HostCookie,
): RequestHandler {
  const authenticate = operatorAuthentication(operator);
  const nameIn = async (request: Request) => {
    if (operator.tokens.isEmpty) return (await authenticate(request)).name;
    const id = cookie.read(request);
    return id === undefined ? undefined : operator.sessions.nameOf(id);
  };
  return async (request, response, next) => {
    const name = await nameIn(request);
    if (name !== undefined) {
      operators.set(response, name);
      addLogContext({ operator: name });
    }
    next();
  };
}

/** A link from elsewhere may lead to the page; what changes something comes from its own forms alone. */
export function postsFromOwnOrigin(publicUrl: string): RequestHandler {
  const check = ownOriginOnly(publicUrl);
  return (request, response, next) => {
    if (request.method === "POST") check(request, response, next);
    else next();
  };
}
