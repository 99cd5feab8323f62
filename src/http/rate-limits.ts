import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { ProblemError } from "../problems/problem-error.ts";
import { callerOf } from "./caller.ts";

const WINDOW_MS = 60_000;
/** Far above what a button needs, far below what a loop sends. */
const SESSIONS_PER_OWNER = 300;
const PUBLIC_REQUESTS_PER_ADDRESS = 6_000;

function limited(limit: number, keyGenerator: (request: Request, response: Response) => string) {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    keyGenerator,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: () => {
      throw new ProblemError("rate_limited", { retryAfterSeconds: WINDOW_MS / 1000 });
    },
  });
}

/** For the endpoint behind the button, by owner; behind `authenticated`. */
export function limitPerOwner(): RequestHandler {
  return limited(SESSIONS_PER_OWNER, (_request, response) => callerOf(response).userId);
}

/** For the endpoints that anybody may call, by address. */
export function limitPerAddress(): RequestHandler {
  return limited(PUBLIC_REQUESTS_PER_ADDRESS, (request) => ipKeyGenerator(request.ip ?? ""));
}
