import { describe, expect, test } from "@jest/globals";
import { ProblemError } from "../../../src/problems/problem-error.ts";
import { isOwnBrowser, requireCaller } from "../../../src/signup/whose-session.ts";
import { sessionWith } from "./session.ts";

const started = sessionWith({ browserHash: "browser-1" });
const released = sessionWith();

function outcome(check: () => void): string {
  try {
    check();
    return "allowed";
  } catch (error) {
    if (error instanceof ProblemError) return `${error.code} ${error.logged?.reason}`;
    throw error;
  }
}

describe("whose a session is", () => {
  test.each([
    ["the browser that started it", { browserHash: "browser-1" }, started, "allowed"],
    ["another browser", { browserHash: "browser-2" }, started, "browser_mismatch other_browser"],
    [
      "a browser without a cookie",
      { browserHash: undefined },
      started,
      "browser_mismatch no_cookie",
    ],
    [
      "a browser without a cookie where none has it",
      { browserHash: undefined },
      released,
      "browser_mismatch no_cookie",
    ],
    [
      "a browser where none has started it",
      { browserHash: "browser-1" },
      released,
      "browser_mismatch no_browser_has_it",
    ],
    ["the owner", { userId: "user-1" }, started, "allowed"],
    ["the owner where no browser has started it", { userId: "user-1" }, released, "allowed"],
    ["another owner", { userId: "user-2" }, started, "session_unknown other_owner"],
    [
      "an owner whose id is the browser's hash",
      { userId: "browser-1" },
      started,
      "session_unknown other_owner",
    ],
  ] as [string, Parameters<typeof requireCaller>[0], typeof started, string][])(
    "%s",
    (_who, caller, session, expected) => {
      expect(outcome(() => requireCaller(caller, session))).toBe(expected);
    },
  );

  test("a browser is the session's own while it has it", () => {
    expect(isOwnBrowser("browser-1", started)).toBe(true);
    for (const browser of ["browser-2", undefined]) {
      expect(isOwnBrowser(browser, started)).toBe(false);
      expect(isOwnBrowser(browser, released)).toBe(false);
    }
  });

  test("another browser may start it once it is released, and not before", () => {
    const start = (browserHash: string, session: typeof started) =>
      requireCaller({ browserHash }, session, "start");
    expect(outcome(() => start("browser-2", started))).toBe("session_in_use other_browser");
    expect(outcome(() => start("browser-1", started))).toBe("allowed");
    expect(outcome(() => start("browser-2", released))).toBe("allowed");
  });
});
