import { describe, expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { toProblem } from "../../../src/http/middleware/problem-handler.ts";
import { ProblemError } from "../../../src/problems/problem-error.ts";

const systemError = (code: string) =>
  Object.assign(new Error(`read ${code}`), { code, errno: -1, syscall: "read" });
const named = (name: string) => Object.assign(new Error("x"), { name });
const ofParser = (type: string) => Object.assign(new Error("canary"), { type });

describe("toProblem", () => {
  test("lets our own problems through", () => {
    const problem = new ProblemError("busy");
    expect(toProblem(problem)).toBe(problem);
  });

  test.each([
    ["entity.too.large", "payload_too_large"],
    ["parameters.too.many", "payload_too_large"],
    ["entity.parse.failed", "invalid_request"],
    ["encoding.unsupported", "invalid_request"],
    ["charset.unsupported", "invalid_request"],
    ["request.size.invalid", "invalid_request"],
    ["request.aborted", "invalid_request"],
    ["entity.verify.failed", "invalid_request"],
    ["stream.encoding.set", "internal_error"],
  ])("of the body parser's %s makes %s", (type, code) => {
    const problem = toProblem(ofParser(type));
    expect(problem.code).toBe(code);
    expect(JSON.stringify(problem.issues ?? [])).not.toContain("canary");
  });

  const { MongoNetworkError, MongoNetworkTimeoutError, MongoNotConnectedError, MongoServerError } =
    mongoose.mongo;

  test.each([
    ["a malformed path", new URIError("malformed"), "not_found"],
    ["a lost connection", new MongoNetworkError("x"), "database_unavailable"],
    ["a server that hangs", new MongoNetworkTimeoutError("x"), "database_unavailable"],
    ["no connection", new MongoNotConnectedError("x"), "database_unavailable"],
    ["no server", new mongoose.Error.MongooseServerSelectionError("x"), "database_unavailable"],
    [
      "a query over its limit",
      new MongoServerError({ message: "x", code: 50 }),
      "database_unavailable",
    ],
    [
      "a server that shuts down",
      new MongoServerError({ message: "x", code: 91, errorLabels: ["RetryableWriteError"] }),
      "database_unavailable",
    ],
    [
      "a server without a primary",
      new MongoServerError({ message: "x", code: 10_107 }),
      "database_unavailable",
    ],
    [
      "a write that no majority has",
      new MongoServerError({ message: "x", code: 64 }),
      "database_unavailable",
    ],
    [
      "another refusal of the server",
      new MongoServerError({ message: "x", code: 2 }),
      "internal_error",
    ],
    [
      "a refused password",
      new MongoServerError({ message: "x", code: 18 }),
      "database_unavailable",
    ],
    [
      "what the server labels as passing",
      new MongoServerError({ message: "x", code: 2, errorLabels: ["RetryableWriteError"] }),
      "database_unavailable",
    ],
    [
      "a write concern that was not met",
      new mongoose.mongo.MongoWriteConcernError({
        ok: 1,
        writeConcernError: { code: 100, errmsg: "not enough data-bearing nodes" },
      }),
      "database_unavailable",
    ],
    [
      "an error of the driver behind which the connection broke",
      new mongoose.mongo.MongoRuntimeError("x", { cause: systemError("ECONNRESET") }),
      "database_unavailable",
    ],
    [
      "a connection that was never there",
      new mongoose.MongooseError("Cannot call `x.find()` before initial connection is complete"),
      "database_unavailable",
    ],
    [
      "a connection pool that was cleared",
      named("PoolClearedOnNetworkError"),
      "database_unavailable",
    ],
    ["a connection pool that is closed", named("MongoPoolClosedError"), "database_unavailable"],
    ["a full connection pool", named("MongoWaitQueueTimeoutError"), "database_unavailable"],
    ["another mistake with mongoose", new mongoose.MongooseError("x"), "internal_error"],
    [
      "somebody else's unique index",
      new MongoServerError({ message: "E11000 index: theirs dup key", code: 11_000 }),
      "database_index_conflict",
    ],
    [
      "another service's broken connection",
      Object.assign(named("TwilioError"), { cause: systemError("ECONNRESET") }),
      "internal_error",
    ],
    ["a file that is missing", systemError("ENOENT"), "internal_error"],
    ["a fault of ours", new TypeError("canary"), "internal_error"],
    ["a text", "canary", "internal_error"],
    ["nothing", undefined, "internal_error"],
  ])("of %s makes its problem", (_what, error, code) => {
    const problem = toProblem(error);
    expect(problem.code).toBe(code);
    expect(problem.message).toBe(code);
  });

  test.each([
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ECONNABORTED",
    "ENOTCONN",
    "ERR_STREAM_DESTROYED",
  ])("of the driver's bare %s makes an outage, to be asked again", (code) => {
    expect(toProblem(systemError(code))).toMatchObject({
      code: "database_unavailable",
      retryAfterSeconds: 5,
    });
  });

  test("names the index that is in the way", () => {
    const message = "E11000 duplicate key error collection: a.b index: theirs_1 dup key: { a: 1 }";
    const problem = toProblem(new MongoServerError({ message, code: 11_000 }));
    expect(problem.index).toBe("theirs_1");
  });

  test("keeps the original for the log", () => {
    const error = new TypeError("original");
    expect(toProblem(error).cause).toBe(error);
  });
});
