import { describe, expect, test } from "@jest/globals";
import { Leaks } from "../support/leaks.ts";

const SECRET = "a/secret of+the tests 0123";

function leaksOf({ log = "", database = "", answer = "" }): () => void {
  const leaks = new Leaks();
  leaks.plant("THE_SECRET", SECRET);
  leaks.plant("another", "not to be found anywhere");
  leaks.answered(answer);
  return () => leaks.search(log, database);
}

const basic = (user: string) => Buffer.from(`${user}:${SECRET}`).toString("base64");

describe("the search for secrets that came out", () => {
  test.each([
    ["the log", { log: `x ${SECRET} y` }],
    ["the log", { log: `q=${encodeURIComponent(SECRET)}` }],
    ["the log", { log: `Basic ${basic("AC1")}` }],
    ["the log", { log: `Basic ${basic("AC12")}` }],
    ["the log", { log: `Basic ${basic("AC123")}` }],
    ["the database", { database: `[{"token":"${SECRET}"}]` }],
    ["answers", { answer: `{"token":"${SECRET}"}` }],
  ])("finds it in %s", (place, where) => {
    expect(leaksOf(where)).toThrow(new Error(`secrets came out: THE_SECRET in ${place}`));
  });

  test("is content where there is none", () => {
    expect(leaksOf({ log: "a/secret", database: "{}", answer: "of+the tests" })).not.toThrow();
  });
});
