import { describe, expect, test } from "@jest/globals";
import { speaksFor } from "../../../src/signup/signup-session-store.ts";
import { sessionWith } from "./session.ts";

describe("speaksFor", () => {
  const started = sessionWith({ browserHash: "browser-1" });
  const released = sessionWith();

  test.each([
    ["the browser that started it", { browserHash: "browser-1" }, started, true],
    ["another browser", { browserHash: "browser-2" }, started, false],
    ["a browser where none has started it", { browserHash: "browser-1" }, released, false],
    ["the owner", { userId: "user-1" }, started, true],
    ["the owner where no browser has started it", { userId: "user-1" }, released, true],
    ["another owner", { userId: "user-2" }, started, false],
    ["an owner whose id is the browser's hash", { userId: "browser-1" }, started, false],
  ])("%s", (_who, caller, session, speaks) => {
    expect(speaksFor(caller, session)).toBe(speaks);
  });
});
