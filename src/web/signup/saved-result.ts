import { keep, recall } from "../shared/storage.ts";
import type { SignupResult } from "./types.ts";

const RESULT_KEY = "whatsapp-signup-result";

interface Saved {
  payload: string;
  result: SignupResult;
}

/**
 * Keeps a result that the server has not confirmed yet, so that a reload can hand it over. Meta's
 * code is not kept: it is a secret and lives for 30 s only.
 */
export function saveResult(payload: string, result: SignupResult): void {
  const saved: Saved = { payload, result };
  keep(RESULT_KEY, saved);
}

/** The result that is still to be handed over for this session. */
export function savedResult(payload: string): SignupResult | undefined {
  const saved = recall(RESULT_KEY) as Saved | undefined;
  return saved?.payload === payload ? saved.result : undefined;
}

export function forgetResult(): void {
  keep(RESULT_KEY, undefined);
}
