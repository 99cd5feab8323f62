// @ts-check
/** @import { SignupResult } from "./types.d.ts" */

const KEY = "whatsapp-signup-result";

/**
 * Keeps a result that the server has not confirmed yet, so that a reload can hand it over. Meta's
 * code is not kept: it is a secret and lives for 30 s only.
 * @param {string} payload
 * @param {SignupResult} result
 */
export function saveResult(payload, result) {
  withStorage((storage) => storage.setItem(KEY, JSON.stringify({ payload, result })));
}

/**
 * The result that is still to be handed over for this session.
 * @param {string} payload
 * @returns {SignupResult | undefined}
 */
export function savedResult(payload) {
  const saved = withStorage((storage) => JSON.parse(storage.getItem(KEY) ?? "null"));
  return saved?.payload === payload ? saved.result : undefined;
}

export function forgetResult() {
  withStorage((storage) => storage.removeItem(KEY));
}

/**
 * Some browsers forbid storage altogether; the page then works without.
 * @template T
 * @param {(storage: Storage) => T} use
 * @returns {T | undefined}
 */
function withStorage(use) {
  try {
    return use(window.sessionStorage);
  } catch {
    return undefined;
  }
}
