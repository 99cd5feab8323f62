import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { addLogContext } from "../../logger.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { AuthenticateRequest } from "./caller.ts";

/** Who operates the service: the name that OPS_TOKEN gives the token. */
export interface Operator {
  name: string;
}

export interface OperatorSettings {
  opsTokens: readonly { name: string; token: string }[];
  production: boolean;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/**
 * Tells the operator by its bearer token. Without OPS_TOKEN there is nothing to tell it by: then
 * these endpoints do not exist, except on a developer's own machine.
 * @returns a function that throws ProblemError `unauthenticated` or `not_found`
 */
export function operatorAuthentication(settings: OperatorSettings): AuthenticateRequest<Operator> {
  const known = settings.opsTokens.map(({ name, token }) => ({ name, digest: sha256(token) }));
  return async (request) => {
    if (known.length > 0) return byToken(known, request);
    if (!settings.production && isOwnMachine(request)) return { name: "ops" };
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

/** Every token is compared in full, so the time tells nothing of any of them. */
function byToken(known: readonly { name: string; digest: Buffer }[], request: Request): Operator {
  const header = request.get("authorization");
  const given = sha256(/^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? "");
  const matches = known.map(({ digest }) => timingSafeEqual(digest, given));
  const match = known[matches.indexOf(true)];
  if (match) return { name: match.name };
  throw new ProblemError("unauthenticated", {
    logged: { reason: header === undefined ? "missing" : "ops_token" },
  });
}

/** Nothing stands between the caller and this process. */
function isOwnMachine(request: Request): boolean {
  const isForwarded = ["forwarded", "x-forwarded-for"].some((name) => request.get(name));
  return !isForwarded && LOOPBACK.has(request.socket.remoteAddress ?? "");
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
