import { isSameLine } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { SignupSession } from "./signup-session.ts";

/**
 * Number and name count only where the owner gave none. What the customer typed may be corrected at
 * any time before the end, also after a reload, which the service does not learn of.
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
  ) {
    throw new ProblemError("phone_number_mismatch");
  }
  const nameIsFixed = isFixed(session.displayName, session.displayNameTyped);
  return {
    ...(!numberIsFixed && phoneNumber !== undefined ? { phoneNumber } : {}),
    ...(!nameIsFixed && displayName !== undefined ? { displayName } : {}),
  };
}
