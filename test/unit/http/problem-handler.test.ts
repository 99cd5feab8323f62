import { describe, expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { toProblem } from "../../../src/http/problem-handler.ts";
import { ProblemError } from "../../../src/problems/problem-error.ts";

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
    ["a fault of ours", new TypeError("canary"), "internal_error"],
    ["a text", "canary", "internal_error"],
    ["nothing", undefined, "internal_error"],
  ])("of %s makes its problem", (_what, error, code) => {
    const problem = toProblem(error);
    expect(problem.code).toBe(code);
    expect(problem.message).toBe(code);
  });

  test("keeps the original for the log", () => {
    const error = new TypeError("original");
    expect(toProblem(error).cause).toBe(error);
  });
});
