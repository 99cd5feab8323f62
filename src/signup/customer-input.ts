import { ProblemError } from "../problems/problem-error.ts";
import type { SignupSession } from "./signup-session.ts";

/**
 * Number and name count only where the session lacks them. A number that the customer typed may be
 * corrected once an attempt has ended, not while one is under way.
 */
export function typedValues(
  session: SignupSession,
  given: { phoneNumber?: string; displayName?: string },
): { phoneNumber?: string; displayName?: string } {
  const correctable =
    session.phoneNumberTyped === true &&
    (session.status === "cancelled" || session.status === "failed");
  const mayType = session.phoneNumber === undefined || correctable;
  if (!mayType && given.phoneNumber !== undefined && given.phoneNumber !== session.phoneNumber)
    throw new ProblemError("phone_number_mismatch");
  return {
    ...(mayType && given.phoneNumber !== undefined ? { phoneNumber: given.phoneNumber } : {}),
    ...(session.displayName === undefined && given.displayName !== undefined
      ? { displayName: given.displayName }
      : {}),
  };
}

/** What our own page reports when the popup ended, or never opened, without Meta's word. */
const ENDED_WITHOUT_A_WORD = new Set(["PAGE_POPUP_BLOCKED", "PAGE_POPUP_CLOSED", "PAGE_NO_RESULT"]);

/** `CANCEL` with an error is the customer's report of a problem; alone it is a closed popup. */
export function endedBy(report: {
  event: string;
  data: Record<string, string>;
}): "cancelled" | "failed" | undefined {
  if (report.event === "ERROR") return "failed";
  if (ENDED_WITHOUT_A_WORD.has(report.event)) return "cancelled";
  if (report.event !== "CANCEL") return undefined;
  return report.data.error_code || report.data.error_message ? "failed" : "cancelled";
}
