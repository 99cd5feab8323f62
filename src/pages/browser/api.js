// @ts-check
/** @import { FieldValues, ProblemBody, SignupResult, StartAnswer } from "./types.d.ts" */

const REQUEST_TIMEOUT_MS = 25_000;
const RETRY_DELAYS_MS = [500, 1500, 3000, 6000];

/** The server's refusal, with its texts for the customer. */
export class Problem extends Error {
  /** @param {ProblemBody} body */
  constructor(body) {
    super(body.title);
    this.body = body;
  }
}

/**
 * Binds the session to this browser.
 * @param {string} payload
 * @param {string} locale the language that the session goes on in
 * @param {FieldValues} values
 * @returns {Promise<StartAnswer>}
 */
export function postStart(payload, locale, values) {
  return post("/whatsapp/signup/start", { payload, confirm: true, locale, ...values });
}

/**
 * Hands the popup's result over. The callback answers the same to the same values, so a lost
 * answer is simply asked for again.
 * @param {string} payload
 * @param {SignupResult} result
 * @param {string} [code]
 * @returns {Promise<{ redirectUrl: string }>}
 */
export function postResult(payload, result, code) {
  const body = { payload, ...result, code };
  return postAgain("/whatsapp/onboarding-callback", body, RETRY_DELAYS_MS, mayPass);
}

/** @param {unknown} error */
function mayPass(error) {
  return !(error instanceof Problem) || error.body.retryable;
}

/**
 * Tells the callback that the signup ended in a way that cannot be used.
 * @param {string} payload
 * @param {string} error
 * @param {string} description
 * @returns {Promise<{ redirectUrl: string }>}
 */
export function postFailure(payload, error, description) {
  return post("/whatsapp/onboarding-callback", { payload, error, error_description: description });
}

/**
 * Keeps what happened in the popup for support; nothing depends on its arrival.
 * @param {string} payload
 * @param {string} event
 * @param {Record<string, unknown>} data
 */
export function postEvent(payload, event, data) {
  fetch("/whatsapp/signup/events", {
    ...request({ payload, event, data }),
    keepalive: true,
  }).catch(() => {});
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} body
 */
export function post(path, body) {
  return call(path, request(body));
}

/**
 * Sends it anew after each of these delays, as long as what went wrong is worth another try.
 * @param {string} path
 * @param {Record<string, unknown>} body
 * @param {number[]} delaysMs
 * @param {(error: unknown) => boolean} isWorthIt
 */
export async function postAgain(path, body, delaysMs, isWorthIt) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await post(path, body);
    } catch (error) {
      const delayMs = delaysMs[attempt];
      if (delayMs === undefined || !isWorthIt(error)) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** @param {string} path */
export function get(path) {
  return call(path, { headers: answerHeaders() });
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function call(path, init) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(path, { ...init, signal: limit.signal });
    const answer = await response.json();
    if (response.ok) {
      return answer;
    }
    throw typeof answer.code === "string"
      ? new Problem(answer)
      : new Error(String(response.status));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Record<string, unknown>} body */
function request(body) {
  return {
    method: "POST",
    headers: { ...answerHeaders(), "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Problems come in the page's language, which need not be the browser's. */
function answerHeaders() {
  return { Accept: "application/json", "Accept-Language": document.documentElement.lang };
}
