import mongoose from "mongoose";
import type { Logger } from "../logger.ts";
import { retrying } from "../retrying.ts";
import { isDatabaseOutage } from "./outage.ts";

/** Answers that another try does not change before a person has changed rights or space. */
const REFUSALS = new Set<unknown>([
  13, // Unauthorized
  18, // AuthenticationFailed
  8000, // AtlasError
  14031, // OutOfDiskSpace
]);

/**
 * Does what the database must have at start. A connection that breaks in the middle of it comes back
 * by itself; what the server refuses ends the start at once, in the server's words.
 * @throws {Error} says why it could not be done
 */
export async function prepareDatabase(
  work: () => Promise<void>,
  { logger, signal }: { logger: Logger; signal?: AbortSignal | undefined },
): Promise<void> {
  let last: unknown;
  await retrying(
    async () => {
      signal?.throwIfAborted();
      try {
        await work();
        return true;
      } catch (error) {
        if (!isDatabaseOutage(error) || isRefusal(error)) throw error;
        last = error;
        logger.warn({ err: error }, "The database went away while it was prepared");
        return undefined;
      }
    },
    () => {
      const reason = last instanceof Error ? last.message : String(last);
      return new Error(`MongoDB (MONGODB_URI) went away while it was prepared: ${reason}`, {
        cause: last,
      });
    },
    { firstPauseMs: 500, maxPauseMs: 5_000 },
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && REFUSALS.has(error.code);
}
