import { describe, expect, test } from "@jest/globals";
import {
  meaningOf,
  meaningOfCode,
  TWILIO_CODES,
  type TwilioMeaning,
} from "../../../src/registration/twilio-codes.ts";
import { statusFailure, TwilioError } from "../../../src/twilio/twilio-error.ts";

const ROWS = Object.entries(TWILIO_CODES).map(([code, meaning]): [number, TwilioMeaning] => [
  Number(code),
  meaning,
]);

function refusedWith(code: number): TwilioError {
  return new TwilioError("create sender", statusFailure(400, { code }, null));
}

describe("the table of Twilio's codes", () => {
  test.each(ROWS)(
    "%i is a rate limit here and where calls are sorted, or in neither",
    (code, row) => {
      expect(refusedWith(code).isRateLimit).toBe(row.retry?.countsAsTry === false);
    },
  );

  test.each(ROWS)("%i says how long until the next try wherever it promises one", (_code, row) => {
    for (const { whenOffline, pauseMs, retry } of [row, ...(row.onceOurs ? [row.onceOurs] : [])]) {
      expect(retry !== undefined || (whenOffline === undefined && pauseMs === undefined)).toBe(
        true,
      );
    }
  });

  test("means the same by number and by text, and nothing for what no page describes", () => {
    expect(meaningOfCode("63114")).toBe(meaningOfCode(63114));
    expect(meaningOf(refusedWith(63114))).toBe(meaningOfCode(63114));
    expect(["63115", "toString", ""].map((code) => meaningOfCode(code))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
