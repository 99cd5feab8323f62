import { post, postAgain, Problem } from "../shared/api.ts";
import { jsonPost } from "../shared/exchange.ts";
import type { FieldValues, SignupResult, StartAnswer } from "./types.ts";

const CALLBACK_PATH = "/whatsapp/onboarding-callback";
const RETRY_DELAYS_MS = [500, 1500, 3000, 6000];

/** After these the session cannot be started again from this browser. */
export const FINAL_CODES: ReadonlySet<string> = new Set([
  "browser_mismatch",
  "number_already_linked",
  "session_expired",
  "session_revoked",
  "session_unknown",
  "session_used",
]);

/** Where the browser goes on. */
interface Onward {
  redirectUrl: string;
}

/**
 * Binds the session to this browser.
 * @param locale the language that the session goes on in
 */
export function postStart(
  payload: string,
  locale: string,
  values: FieldValues,
): Promise<StartAnswer> {
  return post("/whatsapp/signup/start", { payload, confirm: true, locale, ...values });
}

/**
 * Hands the popup's result over. The callback answers the same to the same values, so a lost
 * answer is simply asked for again.
 */
export function postResult(payload: string, result: SignupResult, code?: string): Promise<Onward> {
  return postAgain(CALLBACK_PATH, { payload, ...result, code }, RETRY_DELAYS_MS, mayPass);
}

/** Whether the same may be taken later: no answer came, or one that says so. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Problem) || error.body.retryable;
}

/** Tells the callback that the signup ended in a way that cannot be used. */
export function postFailure(payload: string, error: string, description: string): Promise<Onward> {
  return post(CALLBACK_PATH, { payload, error, error_description: description });
}

/**
 * Lets another browser start the session, once support has the reason: who gave it back reports no more.
 * Where that fails, the other one says that the link is in use here, and this one can still go on.
 */
export async function postRelease(payload: string, event: string): Promise<void> {
  await fetch("/whatsapp/signup/events", jsonPost({ payload, event, data: {} })).catch(() => {});
  await fetch("/whatsapp/signup/release", jsonPost({ payload })).catch(() => {});
}

/** Keeps what happened in the popup for support; nothing depends on its arrival. */
export function postEvent(payload: string, event: string, data: Record<string, unknown>): void {
  fetch("/whatsapp/signup/events", {
    ...jsonPost({ payload, event, data }),
    keepalive: true,
  }).catch(() => {});
}
