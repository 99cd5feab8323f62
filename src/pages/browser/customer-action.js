// @ts-check
/** @import { OthersActions, ProblemBody } from "./types.d.ts" */

/**
 * What the customer can do about a problem: what others have to do is written for them.
 * @param {ProblemBody} problem
 * @param {OthersActions} others
 */
export function customerAction({ actor, retryable, action }, { later, operator }) {
  if (actor === "customer" || actor === "meta") {
    return action;
  }
  return retryable ? later : operator;
}
