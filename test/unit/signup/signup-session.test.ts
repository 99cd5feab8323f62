import { describe, expect, test } from "@jest/globals";
import {
  sessionStatus,
  STORED_SESSION_STATUSES,
  TIMELINE_LIMIT,
  timelinePush,
} from "../../../src/signup/signup-session.ts";
import { sessionWith } from "./session.ts";

const LIMIT = new Date("2026-05-01T12:00:00.000Z");
const at = (offsetMs: number) => new Date(LIMIT.getTime() + offsetMs);

describe("sessionStatus", () => {
  test.each(STORED_SESSION_STATUSES)("a %s session before its limit is just that", (status) => {
    expect(sessionStatus(sessionWith({ status, expiresAt: LIMIT }), at(-1))).toBe(status);
  });

  test.each(["created", "opened", "cancelled", "failed"] as const)(
    "a %s session is expired at its limit and after it",
    (status) => {
      const session = sessionWith({ status, expiresAt: LIMIT });
      expect(sessionStatus(session, at(0))).toBe("expired");
      expect(sessionStatus(session, at(1))).toBe("expired");
    },
  );

  test.each(["completed", "revoked"] as const)("a %s session never expires", (status) => {
    expect(sessionStatus(sessionWith({ status, expiresAt: LIMIT }), at(1e9))).toBe(status);
  });
});

describe("timelinePush", () => {
  test("keeps the newest entries", () => {
    const entry = { at: LIMIT, event: "revoked" };
    expect(timelinePush(entry)).toEqual({
      timeline: { $each: [entry], $slice: -TIMELINE_LIMIT },
    });
  });
});
