import { expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { prepareDatabase } from "../../../src/database/prepare.ts";
import { createLogger } from "../../../src/logger.ts";

const { MongoNetworkError, MongoServerError } = mongoose.mongo;
const logger = createLogger("silent");

/** Work that meets these errors in turn, and then is done. */
function failing(...errors: Error[]) {
  const work = {
    tries: 0,
    do: async () => {
      const error = errors[work.tries];
      work.tries += 1;
      if (error) throw error;
    },
  };
  return work;
}

test("goes on after a connection that broke", async () => {
  const work = failing(new MongoNetworkError("connection 1 to 127.0.0.1:1 closed"));
  await prepareDatabase(work.do, { logger });
  expect(work.tries).toBe(2);
});

test.each([
  [13, "not authorized on saas to execute command { createIndexes }"],
  [8000, "user is not allowed to do action [createIndex]"],
])("ends at once in the server's words where it refuses: %i", async (code, message) => {
  const work = failing(new MongoServerError({ message, code }));
  await expect(prepareDatabase(work.do, { logger })).rejects.toThrow(message);
  expect(work.tries).toBe(1);
});

test("ends when it is given up", async () => {
  const ending = new AbortController();
  const work = failing(new MongoNetworkError("closed"), new MongoNetworkError("closed"));
  const done = prepareDatabase(work.do, { logger, signal: ending.signal });
  ending.abort("SIGTERM");
  await expect(done).rejects.toBe("SIGTERM");
  expect(work.tries).toBe(1);
});
