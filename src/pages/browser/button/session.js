// @ts-check
/** @import * as Button from "./button.d.ts" */

const REQUEST_TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
const POPUP_FEATURES = "popup,width=520,height=780";

export class SignupError extends Error {
  /**
   * @param {string} code
   * @param {boolean} retryable
   * @param {{ title?: string, action?: string }} [problem]
   */
  constructor(code, retryable, { title, action } = {}) {
    super(title ?? code);
    this.code = code;
    this.retryable = retryable;
    this.title = title;
    this.action = action;
  }
}

/** @type {typeof Button.createSignupSession} */
export async function createSignupSession(url, request = {}) {
  const headers = { "Content-Type": "application/json" };
  return await call(url, { method: "POST", headers, body: JSON.stringify(request) });
}

/** @type {typeof Button.openSignup} */
export async function openSignup(session, way = "tab") {
  // Only inside the click may a window be opened, and the address is not known yet.
  const features = way === "popup" ? POPUP_FEATURES : "";
  const target = way === "self" ? window : window.open("about:blank", "_blank", features);
  try {
    const opened = await session;
    // A script's address would run in this page's own name.
    if (!/^https?:\/\//.test(opened?.signupUrl)) throw new SignupError("invalid_answer", false);
    if (!target || target.closed) return { session: opened, isOpen: false };
    if (target !== window) target.opener = null;
    target.location.href = opened.signupUrl;
    return { session: opened, isOpen: true };
  } catch (error) {
    if (target !== window) target?.close();
    throw error;
  }
}

/** @type {typeof Button.watchSession} */
export function watchSession(sessionId, source, onChange) {
  let timer = 0;
  let waitMs = FIRST_WAIT_MS;
  let told = "";
  let isAsking = false;
  let isOver = false;

  function stop() {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("focus", wake);
  }

  function wake() {
    if (!document.hidden && !isAsking && !isOver) void look();
  }

  async function look() {
    clearTimeout(timer);
    isAsking = true;
    const outcome = await ask(sessionId, source);
    isAsking = false;
    if (isOver) return;
    const before = told;
    if (outcome) told = JSON.stringify(outcome);
    waitMs = told === before ? Math.min(waitMs * 1.5, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    if (outcome?.isFinal) stop();
    else timer = setTimeout(wake, waitMs);
    if (outcome && told !== before) onChange(outcome);
  }

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("focus", wake);
  wake();
  return stop;
}

/**
 * How the session stands; undefined where that could not be learnt this time.
 * @param {string} sessionId
 * @param {Button.SessionSource} source
 * @returns {Promise<Button.Outcome | undefined>}
 */
async function ask(sessionId, source) {
  try {
    const answer =
      typeof source === "string"
        ? await call(source.replace("{id}", encodeURIComponent(sessionId)))
        : await source(sessionId);
    return { sessionId, ...outcomeOf(answer) };
  } catch (error) {
    const isRefusal = error instanceof SignupError && !error.retryable;
    return isRefusal ? { sessionId, ...failure(error) } : undefined;
  }
}

/**
 * What the customer is told of an error.
 * @param {unknown} error
 * @returns {Button.Outcome}
 */
export function failure(error) {
  const { code, title, action } = /** @type {Partial<SignupError>} */ (error ?? {});
  return {
    ...failed(typeof code === "string" ? code : "request_failed", true),
    ...(title && { title }),
    ...(action && { action }),
  };
}

/**
 * @param {string} code
 * @param {boolean} isFinal
 * @returns {Button.Outcome}
 */
function failed(code, isFinal) {
  return { state: "failed", isFinal, code };
}

/**
 * @param {Button.SessionAnswer} answer
 * @returns {Button.Outcome}
 */
function outcomeOf(answer) {
  switch (answer.status) {
    case "completed":
      return registrationOutcome(answer);
    // After these two the same browser may go on in the same session.
    case "cancelled":
      return { state: "cancelled", isFinal: false, code: "signup_cancelled" };
    case "failed":
      return { ...failed("signup_failed", false), ...reason(answer.timeline ?? []) };
    case "expired":
      return { state: "expired", isFinal: true, code: "session_expired" };
    case "revoked":
      return failed("session_revoked", true);
    default:
      return { state: "waiting", isFinal: false };
  }
}

/**
 * Why the session failed, as far as its timeline tells.
 * @param {NonNullable<Button.SessionAnswer["timeline"]>} timeline
 */
function reason(timeline) {
  const known = ["number_already_linked", "coexistence_unsupported"];
  /** @type {Partial<Button.Outcome>} */
  let last = {};
  for (const { event, data } of timeline) {
    const code =
      event === "PAGE_REFUSED"
        ? data?.error
        : known.find((one) => one === event || one === data?.error);
    if (code) last = { code };
    else if (event === "ERROR" || event === "CANCEL") {
      last = data?.error_code ? { providerCode: data.error_code } : {};
    }
  }
  return last;
}

/**
 * @param {Button.SessionAnswer} answer
 * @returns {Button.Outcome}
 */
function registrationOutcome({ integrationId, integration }) {
  const id = integrationId && { integrationId };
  if (!integration) return { state: "pending", isFinal: false, ...id };
  const { status, externalId: phoneNumber, registration } = integration;
  const common = { ...id, phoneNumber };
  if (status === "linked") return { state: "connected", isFinal: true, ...common };
  if (status === "pending") {
    const { step, waitingFor } = registration;
    return { state: "pending", isFinal: false, ...common, step, ...(waitingFor && { waitingFor }) };
  }
  const { code = status, title, action, providerCode } = registration.error ?? {};
  return {
    ...failed(code, true),
    ...common,
    ...(title && { title }),
    ...(action && { action }),
    ...(providerCode && { providerCode }),
  };
}

/**
 * @param {string} url
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [init]
 */
async function call(url, init) {
  // Texts of problems come in the page's language, which need not be the browser's.
  const { lang } = document.documentElement;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), REQUEST_TIMEOUT_MS);
  let response;
  try {
    response = await fetch(url, {
      ...init,
      headers: {
        Accept: "application/json",
        ...(lang && { "Accept-Language": lang }),
        ...init?.headers,
      },
      credentials: "same-origin",
      signal: limit.signal,
    });
  } catch {
    throw new SignupError("network_error", true);
  }
  const answer = await response.json().catch(() => undefined);
  clearTimeout(timer);
  const { ok, status } = response;
  if (ok && answer) return answer;
  const isPassing = status >= 500 || status === 408 || status === 429;
  throw ok
    ? new SignupError("invalid_answer", true)
    : new SignupError(answer?.code ?? "request_failed", isPassing, answer);
}
