import type { Request, RequestHandler } from "express";
import { addLogContext } from "../../logger.ts";
import type { OperatorTokens } from "../../operator/operator-tokens.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { AuthenticateRequest } from "./caller.ts";

/** Who operates the service: the name that OPS_TOKEN gives the token. */
export interface Operator {
  name: string;
}

export interface OperatorSettings {
  tokens: OperatorTokens;
  production: boolean;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/**
 * Tells the operator by its bearer token. Without OPS_TOKEN there is nothing to tell it by: then
 * these endpoints do not exist, except on a developer's own machine.
 * @returns a function that throws ProblemError `unauthenticated` or `not_found`
 */
export function operatorAuthentication(settings: OperatorSettings): AuthenticateRequest<Operator> {
  const { tokens, production } = settings;
  return async (request) => {
    if (!tokens.isEmpty) return byToken(tokens, request);
    if (!production && isOwnMachine(request)) return { name: "ops" };
    throw new ProblemError("not_found");
  };
}

/** Lets only the operator through. */
export function operatorOnly(authenticate: AuthenticateRequest<Operator>): RequestHandler {
  return async (request, _response, next) => {
    const { name } = await authenticate(request);
    addLogContext({ operator: name });
    next();
  };
}

function byToken(tokens: OperatorTokens, request: Request): Operator {
  const header = request.get("authorization");
  const name = tokens.nameOf(/^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? "");
  if (name !== undefined) return { name };
  throw new ProblemError("unauthenticated", {
    logged: { reason: header === undefined ? "missing" : "ops_token" },
  });
}

/** Nothing stands between the caller and this process. */
function isOwnMachine(request: Request): boolean {
  const isForwarded = ["forwarded", "x-forwarded-for"].some((name) => request.get(name));
  return !isForwarded && LOOPBACK.has(request.socket.remoteAddress ?? "");
}
