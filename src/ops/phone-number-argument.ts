import { canonicalPhoneNumber } from "../phone-number.ts";
import { UsageError } from "./command.ts";

/** @throws UsageError where there is none, or it is no phone number */
export function phoneNumberArgument(typed: string | undefined): string {
  if (typed === undefined) throw new UsageError("The phone number is missing.");
  const number = canonicalPhoneNumber(typed);
  if (!number) throw new UsageError(`${typed} is not a phone number in E.164.`);
  return number;
}
