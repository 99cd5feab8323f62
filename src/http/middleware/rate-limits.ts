import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, MemoryStore, rateLimit, type Store } from "express-rate-limit";
import { rateLimited, type ReachedLimit } from "../../limits/rate-limited.ts";
import { SharedCounter, type RateLimitModel } from "../../limits/shared-counter.ts";
import type { Clock } from "../../clock.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { Authenticate } from "./authenticator.ts";
import { callerOf, type AuthenticateRequest } from "./caller.ts";
import type { Operator } from "./operator.ts";

const WINDOW_MS = 60_000;
const RETRY_AFTER_SECONDS = WINDOW_MS / 1000;
/**
 * In a minute: far above what a button, a page and a SaaS that looks often need, far below what a
 * loop sends. docs/frontend.md lists them.
 */
export const LIMITS = {
  owner: 6_000,
  owner_sessions: 300,
  address: 6_000,
  failed_authentication: 600,
} as const;
type Limit = keyof typeof LIMITS;

export interface LimitsDeps {
  rateLimits: RateLimitModel;
  clock: Clock;
}

/** The guards of one app; each counts for itself. */
export interface Limits {
  /** For every endpoint that takes a token, by owner; behind the authentication. */
  perOwner: RequestHandler;
  /** For the endpoint behind the button, by owner. */
  sessionsPerOwner: RequestHandler;
  /** For the endpoints that need no token, by address and in this process. */
  perAddress: RequestHandler;
  /** Lets valid tokens through, however many invalid ones come from the same address. */
  authenticate: AuthenticateRequest;
  /** The same for the operator's tokens. */
  authenticateOperator: AuthenticateRequest<Operator>;
  /** The same for what an operator's browser logs in with. */
  limitFailures: <Who>(authenticate: AuthenticateRequest<Who>) => AuthenticateRequest<Who>;
}

/** Makes the guards. */
export function createLimits(
  deps: LimitsDeps,
  authenticate: Authenticate,
  authenticateOperator: AuthenticateRequest<Operator>,
): Limits {
  const failures = new MemoryStore();
  failures.init({ windowMs: WINDOW_MS } as Parameters<MemoryStore["init"]>[0]);
  const shared = (limit: Limit): RequestHandler =>
    limited(limit, {
      store: sharedStore(limit, new SharedCounter(deps.rateLimits, deps.clock, limit, WINDOW_MS)),
      keyOf: (_request, response) => callerOf(response).userId,
      whose: (_request, response) => ({ userId: callerOf(response).userId }),
    });
  return {
    perOwner: shared("owner"),
    sessionsPerOwner: shared("owner_sessions"),
    perAddress: limited("address", {
      store: new MemoryStore(),
      keyOf: addressOf,
      whose: (request) => ({ address: addressOf(request) }),
    }),
    authenticate: limitedAuthentication(failures, (request) =>
      authenticate(request.get("authorization")),
    ),
    authenticateOperator: limitedAuthentication(failures, authenticateOperator),
    limitFailures: (given) => limitedAuthentication(failures, given),
  };
}

interface Counting {
  store: Store;
  keyOf: (request: Request, response: Response) => string;
  whose: (request: Request, response: Response) => Omit<ReachedLimit, "limit">;
}

function limited(limit: Limit, counting: Counting): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: LIMITS[limit],
    keyGenerator: counting.keyOf,
    store: counting.store,
    standardHeaders: "draft-8",
    identifier: limit,
    legacyHeaders: false,
    handler: (request, response) => {
      throw rateLimited({ limit, ...counting.whose(request, response) }, RETRY_AFTER_SECONDS);
    },
  });
}

/** Our counter as express-rate-limit wants one. Nothing is ever given back. */
function sharedStore(prefix: Limit, counter: SharedCounter): Store {
  return {
    // What tells one limit of an owner from another.
    prefix,
    localKeys: false,
    increment: async (key) => {
      const { count, endsInMs } = await counter.use(key);
      return { totalHits: count, resetTime: new Date(Date.now() + endsInMs) };
    },
    decrement: () => undefined,
    resetKey: () => undefined,
  };
}

/**
 * Only failures are counted and only failures are refused: many customers may share the address of
 * the SaaS's backend with one whose token is wrong.
 */
function limitedAuthentication<Who>(
  failures: MemoryStore,
  authenticate: AuthenticateRequest<Who>,
): AuthenticateRequest<Who> {
  return async (request) => {
    try {
      return await authenticate(request);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== "unauthenticated") throw error;
      const address = addressOf(request);
      const { totalHits } = await failures.increment(address);
      if (totalHits <= LIMITS.failed_authentication) throw error;
      throw rateLimited({ limit: "failed_authentication", address }, RETRY_AFTER_SECONDS);
    }
  };
}

/** An IPv6 network counts as one address. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? "");
}
