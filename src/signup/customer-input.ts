import { ProblemError } from "../problems/problem-error.ts";
import type { SignupSession } from "./signup-session.ts";

/**
 * Number and name count only where the session lacks them. What a customer typed may be corrected
 * once an attempt has ended or the owner has released the session, not while one is under way.
 */
export function typedValues(
  session: SignupSession,
  given: { phoneNumber?: string; displayName?: string },
): { phoneNumber?: string; displayName?: string } {
  const { phoneNumber, displayName } = given;
  const underWay = session.status === "opened";
  const isFixed = (present: string | undefined, typed: boolean | undefined) =>
    present !== undefined && (underWay || typed !== true);
  const numberIsFixed = isFixed(session.phoneNumber, session.phoneNumberTyped);
  if (numberIsFixed && phoneNumber !== undefined && phoneNumber !== session.phoneNumber)
    throw new ProblemError("phone_number_mismatch");
  const nameIsFixed = isFixed(session.displayName, session.displayNameTyped);
  return {
    ...(!numberIsFixed && phoneNumber !== undefined ? { phoneNumber } : {}),
    ...(!nameIsFixed && displayName !== undefined ? { displayName } : {}),
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
