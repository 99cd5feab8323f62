import { describe, expect, test } from "@jest/globals";
import { BoundedLog } from "../../../src/http/middleware/bounded-log.ts";
import { createLogger, withLogContext } from "../../../src/logger.ts";
import { MovableClock } from "../../support/movable-clock.ts";

function bounded() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  const clock = new MovableClock();
  const log = new BoundedLog(createLogger("info", { write }), clock);
  const refuse = (reason = "missing") =>
    log.write("warn", { event: "token_rejected", reason }, { what: "GET /" }, "Refused");
  return { lines, clock, log, refuse };
}

describe("BoundedLog", () => {
  test("never writes more than thirty lines of a kind in any minute", () => {
    const { lines, clock, refuse } = bounded();
    const times: number[] = [];
    for (let i = 0; i < 400; i += 1) {
      const before = lines.length;
      refuse();
      const written = lines.slice(before).filter(({ leftOut }) => leftOut === undefined);
      times.push(...written.map(() => clock.monotonicMs()));
      clock.advance(700);
    }
    expect(times.length).toBeGreaterThan(100);
    const gaps = times.slice(30).map((time, at) => time - (times[at] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000);
  });

  test("says how many it left out, all of them in the end", () => {
    const { lines, clock, log, refuse } = bounded();
    for (let i = 0; i < 35; i += 1) refuse();
    log.reportCounts();
    expect(lines).toHaveLength(30);
    clock.advance(60_000);
    log.reportCounts();
    log.reportCounts();
    expect(lines.slice(30)).toEqual([
      {
        level: "warn",
        time: expect.any(String),
        event: "token_rejected",
        reason: "missing",
        leftOut: 5,
        message: expect.any(String),
      },
    ]);
    for (let i = 0; i < 32; i += 1) refuse();
    log.close();
    expect(lines.at(-1)).toMatchObject({ leftOut: 2 });
  });

  test("counts each kind for itself", () => {
    const { lines, refuse } = bounded();
    for (let i = 0; i < 31; i += 1) refuse();
    refuse("expired");
    expect(lines.at(-1)).toMatchObject({ reason: "expired", what: "GET /" });
  });

  test("gives a count no request's ids", () => {
    const { lines, clock, refuse } = bounded();
    for (let i = 0; i < 31; i += 1) refuse();
    clock.advance(60_000);
    withLogContext({ requestId: "one" }, () => refuse());
    expect(lines.slice(30)).toEqual([
      expect.not.objectContaining({ requestId: "one" }),
      expect.objectContaining({ requestId: "one" }),
    ]);
  });
});
