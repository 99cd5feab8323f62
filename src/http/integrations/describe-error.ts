import type { Integration, RegistrationError } from "../../integrations/integration.ts";
import { retryingAction } from "../../problems/customer-action.ts";
import type { Locale } from "../../problems/locales.ts";
import { describeProblem, type ProblemDescription } from "../../problems/render.ts";

/** A registration's error as its owner and its customer read it. */
export function describeError(
  integration: Integration,
  { code, actor, retryable }: RegistrationError,
  locale: Locale,
): ProblemDescription {
  const described = { ...describeProblem(code, locale, actor), retryable };
  return isRetrying(integration)
    ? { ...described, customerAction: retryingAction(locale) }
    : described;
}

/** The service tries again by itself: nobody has to do anything until it gives up. */
export function isRetrying({ status, registration }: Integration): boolean {
  return (
    status === "pending" && registration.error?.retryable === true && !awaitsCode(registration)
  );
}

/** The customer has to enter a one-time code, or may again once there were too many. */
export function awaitsCode({ step, waitingFor }: Integration["registration"]): boolean {
  return step === "verification" && waitingFor === "customer";
}
