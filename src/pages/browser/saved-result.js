// @ts-check
/** @import { SignupResult } from "./types.d.ts" */
import { keep, recall } from "./storage.js";

const RESULT_KEY = "whatsapp-signup-result";

/**
 * Keeps a result that the server has not confirmed yet, so that a reload can hand it over. Meta's
 * code is not kept: it is a secret and lives for 30 s only.
 * @param {string} payload
 * @param {SignupResult} result
 */
export function saveResult(payload, result) {
  keep(RESULT_KEY, { payload, result });
}

/**
 * The result that is still to be handed over for this session.
 * @param {string} payload
 * @returns {SignupResult | undefined}
 */
export function savedResult(payload) {
  const saved = recall(RESULT_KEY);
  return saved?.payload === payload ? saved.result : undefined;
}

export function forgetResult() {
  keep(RESULT_KEY, undefined);
}
