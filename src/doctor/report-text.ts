import type { Outcome } from "./check.ts";
import type { DoctorReport } from "./doctor.ts";

const COLOURS: Readonly<Record<Outcome, number>> = { ok: 32, warn: 33, fail: 31 };
const OUTCOME_WIDTH = 6;

/** The report as a table for people; what failed stands last, where the eye is. */
export function reportText({ checks, outcome }: DoctorReport, isTerminal: boolean): string {
  const width = Math.max(...checks.map(({ check }) => check.length)) + 2;
  const order: Outcome[] = ["ok", "warn", "fail"];
  const lines = order
    .flatMap((one) => checks.filter((result) => result.outcome === one))
    .map((result) => {
      const word = result.outcome.padEnd(OUTCOME_WIDTH);
      const shown = isTerminal ? `\u001B[${COLOURS[result.outcome]}m${word}\u001B[0m` : word;
      return `${shown}${result.check.padEnd(width)}${result.message}`;
    });
  const count = (one: Outcome) => checks.filter((result) => result.outcome === one).length;
  const end =
    outcome === "fail"
      ? `${count("fail")} failed. Mend them, and run it again.`
      : `Nothing failed${outcome === "warn" ? `; ${count("warn")} to look at` : ""}.`;
  return `${lines.join("\n")}\n\n${end}\n`;
}
