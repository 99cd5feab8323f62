import { describe, expect, test } from "@jest/globals";
import { quotaUse } from "../../../src/limits/quota.ts";

const HOUR_MS = 60 * 60_000;
const NOW = new Date("2090-01-10T00:00:00Z");
const TEN = { limit: 10, windowMs: 72 * HOUR_MS };
const hoursAgo = (...hours: number[]) =>
  hours.map((ago) => new Date(NOW.getTime() - ago * HOUR_MS));
const inHours = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);

describe("quotaUse", () => {
  test("counts what is in the window alone", () => {
    expect(quotaUse(hoursAgo(71.9, 72, 200), TEN, NOW)).toEqual({
      used: 1,
      limit: 10,
      state: "free",
    });
  });

  test("is near from four in five on, until fewer are left in the window", () => {
    expect(quotaUse(hoursAgo(1, 2, 3, 4, 5, 6, 7), TEN, NOW).state).toBe("free");
    expect(quotaUse(hoursAgo(1, 2, 3, 4, 5, 6, 7, 60), TEN, NOW)).toEqual({
      used: 8,
      limit: 10,
      state: "near",
      nearUntil: inHours(12),
    });
  });

  test("is reached with the last one, and says when the next one fits, in whatever order they come", () => {
    expect(quotaUse(hoursAgo(60, 1, 2, 3, 4, 5, 6, 7, 8, 50), TEN, NOW)).toEqual({
      used: 10,
      limit: 10,
      state: "reached",
      nearUntil: inHours(64),
      freeAt: inHours(12),
    });
  });

  test("with more than allowed, waits until the last of those that are too many has left", () => {
    const twelve = hoursAgo(70, 60, 50, 40, 30, 20, 10, 5, 4, 3, 2, 1);
    expect(quotaUse(twelve, TEN, NOW)).toMatchObject({ used: 12, freeAt: inHours(22) });
  });

  test("of one is near and reached at once", () => {
    expect(quotaUse(hoursAgo(1), { limit: 1, windowMs: 2 * HOUR_MS }, NOW)).toMatchObject({
      state: "reached",
      nearUntil: inHours(1),
      freeAt: inHours(1),
    });
  });
});
