import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { SignupSession } from "./signup-session.ts";

/**
 * Number and name count only where the owner gave none. What the customer typed may be corrected at
 * any time before the end, also after a reload that nobody told us of.
 */
export function typedValues(
  session: SignupSession,
  given: { phoneNumber?: string; displayName?: string },
): { phoneNumber?: string; displayName?: string } {
  const { phoneNumber, displayName } = given;
  const isFixed = (present: string | undefined, typed: boolean | undefined) =>
    present !== undefined && typed !== true;
  const numberIsFixed = isFixed(session.phoneNumber, session.phoneNumberTyped);
  if (
    numberIsFixed &&
    phoneNumber !== undefined &&
    !isSameLine(phoneNumber, session.phoneNumber ?? "")
  )
    throw new ProblemError("phone_number_mismatch");
  const nameIsFixed = isFixed(session.displayName, session.displayNameTyped);
  return {
    ...(!numberIsFixed && phoneNumber !== undefined ? { phoneNumber } : {}),
    ...(!nameIsFixed && displayName !== undefined ? { displayName } : {}),
  };
}

/** What our own page reports when the attempt ended, or never began, without Meta's word. */
const ENDED_WITHOUT_A_WORD = new Set([
  "PAGE_POPUP_BLOCKED",
  "PAGE_POPUP_CLOSED",
  "PAGE_NO_RESULT",
  "PAGE_SDK_MISSING",
  "PAGE_LEFT",
]);

/** `CANCEL` with an error is the customer's report of a problem; alone it is a closed popup. */
export function endedBy(report: {
  event: string;
  data: Record<string, string>;
}): "cancelled" | "failed" | undefined {
  // The callback took no result of this attempt, and repeating the call would change nothing.
  if (report.event === "ERROR" || report.event === "PAGE_REFUSED") return "failed";
  if (ENDED_WITHOUT_A_WORD.has(report.event)) return "cancelled";
  if (report.event !== "CANCEL") return undefined;
  return report.data.error_code || report.data.error_message ? "failed" : "cancelled";
}
