import { describe, expect, test } from "@jest/globals";
import { readCallback } from "../../../src/http/callback/callback-request.ts";
import { requestWith } from "./request.ts";

const get = (query: Record<string, unknown>) => readCallback(requestWith({ query }));
const post = (body: unknown, query: Record<string, unknown> = {}) =>
  readCallback(requestWith({ method: "POST", body, query }));
const problems = ({ issues }: ReturnType<typeof readCallback>) =>
  issues.map(({ path, code }) => `${path} ${code}`.trim());

describe("readCallback", () => {
  test("reads the parameters of a query and leaves unknown ones alone", () => {
    expect(get({ payload: "p", TwilioNumber: "+1", utm_source: ["a", "b"], state: "s" })).toEqual({
      values: { payload: "p", TwilioNumber: "+1" },
      issues: [],
    });
  });

  test.each(["code", "phoneNumberId", "displayName"])("takes %s from a POST alone", (name) => {
    expect(get({ [name]: "x" }).values).toEqual({});
    expect(post({ [name]: "x" }).values).toEqual({ [name]: "x" });
  });

  test("ignores the body of a GET", () => {
    const request = requestWith({ query: { payload: "p" }, body: { payload: "q" } });
    expect(readCallback(request)).toEqual({ values: { payload: "p" }, issues: [] });
  });

  test("reads query and body of a POST together", () => {
    expect(post({ TwilioNumber: "+1" }, { payload: "p" })).toEqual({
      values: { payload: "p", TwilioNumber: "+1" },
      issues: [],
    });
  });

  test.each([
    ["an empty value", { FacebookBusinessId: "" }],
    ["null", { FacebookBusinessId: null }],
  ])("counts %s as absent", (_what, body) => {
    expect(post(body)).toEqual({ values: {}, issues: [] });
  });

  test.each([
    ["an array", { payload: ["a", "b"] }, "payload repeated"],
    ["an array of one", { payload: ["a"] }, "payload repeated"],
    ["an object", { payload: { $ne: "" } }, "payload invalid_type"],
    ["a number", { WhatsAppBusinessAccountId: 123_456 }, "WhatsAppBusinessAccountId invalid_type"],
    ["a boolean", { error: true }, "error invalid_type"],
    ["a text without end", { code: "a".repeat(2_049) }, "code too_big"],
  ])("refuses %s", (_what, body, issue) => {
    const read = post(body);
    expect(problems(read)).toEqual([issue]);
    expect(read.values).toEqual({});
  });

  test.each([
    ["two values", { payload: "p" }, { payload: "q" }],
    ["the same value", { payload: "p" }, { payload: "p" }],
    ["an empty one beside it", { payload: "p" }, { payload: "" }],
  ])("refuses %s in query and body", (_what, body, query) => {
    const read = post(body, query);
    expect(problems(read)).toEqual(["payload repeated"]);
    expect(read.values).toEqual({});
  });

  test.each([[["a"]], ["text"], [7], [true]])("refuses the body %j", (body) => {
    expect(problems(post(body))).toEqual(["invalid_type"]);
  });

  test("looks only at what the body has of its own", () => {
    const inherited: unknown = Object.create({ payload: "inherited" });
    expect(post(inherited)).toEqual({ values: {}, issues: [] });
  });
});
