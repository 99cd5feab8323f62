import type { Request, RequestHandler, Response } from "express";
import { addLogContext } from "../../logger.ts";
import type { Owner } from "../../signup/signup-service.ts";

/** Who the request's token speaks for. @throws ProblemError `unauthenticated` */
export type AuthenticateRequest<Who = Owner> = (request: Request) => Promise<Who>;

/** Guards a route: only a valid token passes, and the handler finds its owner by `callerOf`. */
export function authenticated(authenticate: AuthenticateRequest): RequestHandler {
  return async (request, response, next) => {
    const owner = await authenticate(request);
    addLogContext({ userId: owner.userId });
    response.locals.owner = owner;
    next();
  };
}

/** The owner that the token speaks for, behind `authenticated`. */
export function callerOf(response: Response): Owner {
  const owner: unknown = response.locals.owner;
  if (!isOwner(owner)) throw new Error("the route lacks its guard");
  return owner;
}

function isOwner(value: unknown): value is Owner {
  return typeof value === "object" && value !== null && "userId" in value;
}
