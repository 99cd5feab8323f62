import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";

/** @throws ProblemError `phone_number_mismatch` with both numbers */
export function requireSameLine(expected: string, given: string): void {
  if (isSameLine(expected, given)) return;
  throw new ProblemError("phone_number_mismatch", { numbers: { expected, given } });
}
