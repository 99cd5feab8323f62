import { requireSameLine } from "./require-same-line.ts";
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
  const { phoneNumber: expected } = session;
  const numberIsFixed = isFixed(expected, session.phoneNumberTyped);
  if (numberIsFixed && expected !== undefined && phoneNumber !== undefined) {
    requireSameLine(expected, phoneNumber);
  }
  const nameIsFixed = isFixed(session.displayName, session.displayNameTyped);
  return {
    ...(!numberIsFixed && phoneNumber !== undefined ? { phoneNumber } : {}),
    ...(!nameIsFixed && displayName !== undefined ? { displayName } : {}),
  };
}
