import cors from "cors";
import type { RequestHandler } from "express";
import { REPLAYED } from "./idempotency.ts";

/** What pages of the allowed origins may ask with a token in hand. */
export function frontendCors({
  allowedCorsOrigins,
}: {
  allowedCorsOrigins: readonly string[];
}): RequestHandler {
  return cors({
    origin: [...allowedCorsOrigins],
    methods: ["GET", "POST", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
    exposedHeaders: ["X-Request-Id", "Retry-After", REPLAYED],
    credentials: false,
    maxAge: 600,
  });
}
