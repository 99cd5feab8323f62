import type { OthersActions } from "../../pages/texts/page-texts.ts";
import type { ProblemBody } from "./api.ts";

/** What the customer can do about a problem: what others have to do is written for them. */
export function customerAction(
  { actor, retryable, action }: ProblemBody,
  { later, operator }: OthersActions,
): string {
  if (actor === "customer" || actor === "meta") return action;
  return retryable ? later : operator;
}
