import { exchange, jsonPost, type Sent } from "../shared/exchange.ts";
import { OWN_TAB } from "../shared/own-tab.ts";
import type * as Button from "./button.d.ts";

const REQUEST_TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
const POPUP_FEATURES = "popup,width=520,height=780";

/** What an endpoint of the SaaS refuses with: the service's problem, handed on as it is. */
interface Refusal {
  code?: string;
  title?: string;
  customerAction?: string;
}

export class SignupError extends Error implements Button.SignupError {
  readonly code: string;
  readonly retryable: boolean;
  readonly title: string | undefined;
  readonly customerAction: string | undefined;

  constructor(code: string, retryable: boolean, { title, customerAction }: Refusal = {}) {
    super(title ?? code);
    this.code = code;
    this.retryable = retryable;
    this.title = title;
    this.customerAction = customerAction;
  }
}

export const createSignupSession: typeof Button.createSignupSession = (url, request = {}) =>
  call(url, jsonPost(request));

export const openSignup: typeof Button.openSignup = async (session, way = "tab") => {
  // Only inside the click may a window be opened, and the address is not known yet.
  const features = way === "popup" ? POPUP_FEATURES : "";
  const target = way === "self" ? window : window.open("about:blank", "_blank", features);
  try {
    const opened = await session;
    if (!isWeb(opened?.signupUrl)) throw new SignupError("invalid_answer", false);
    if (!target || target.closed) return { session: opened, isOpen: false };
    if (target !== window) target.opener = null;
    target.location.href = beside(opened.signupUrl, way);
    return { session: opened, isOpen: true };
  } catch (error) {
    if (target !== window) target?.close();
    throw error;
  }
};

export const watchSession: typeof Button.watchSession = (sessionId, source, onChange) => {
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
};

/** How the session stands; undefined where that could not be learnt this time. */
async function ask(
  sessionId: string,
  source: Button.SessionSource,
): Promise<Button.Outcome | undefined> {
  try {
    const answer =
      typeof source === "string"
        ? await call<Button.SessionAnswer>(source.replace("{id}", encodeURIComponent(sessionId)))
        : await source(sessionId);
    return { sessionId, ...outcomeOf(answer) };
  } catch (error) {
    const isRefusal = error instanceof SignupError && !error.retryable;
    return isRefusal ? { sessionId, ...failure(error) } : undefined;
  }
}

/** What the customer is told of an error. */
export function failure(error: unknown): Button.Outcome {
  const { code, title, customerAction } = (error ?? {}) as Partial<SignupError>;
  return {
    ...failed(typeof code === "string" ? code : "request_failed", true),
    ...(title && { title }),
    ...(customerAction && { customerAction }),
  };
}

function failed(code: string, isFinal: boolean): Button.Outcome {
  return { state: "failed", isFinal, code };
}

function outcomeOf(answer: Button.SessionAnswer): Button.Outcome {
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

/** Why the session failed, as far as its timeline tells. */
function reason(timeline: NonNullable<Button.SessionAnswer["timeline"]>) {
  const known = ["number_already_linked", "coexistence_unsupported"];
  let last: Pick<Button.Outcome, "code" | "providerCode"> = {};
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

type Registration = NonNullable<Button.SessionAnswer["integration"]>["registration"];

function registrationOutcome(answer: Button.SessionAnswer): Button.Outcome {
  const { integrationId, integration } = answer;
  const id = integrationId && { integrationId };
  if (!integration) return { state: "pending", isFinal: false, ...id };
  const { status, externalId: phoneNumber, registration } = integration;
  const common = { ...id, phoneNumber };
  const waitingFor = awaitedIn(registration);
  const isAwaited = waitingFor === "customer";
  const statusUrl = isAwaited && isWeb(answer.statusUrl) ? answer.statusUrl : undefined;
  const onward = statusUrl && { statusUrl };
  if (status === "linked") return { state: "connected", isFinal: true, ...common };
  if (status === "pending") {
    const { step } = registration;
    return {
      state: "pending",
      isFinal: false,
      ...common,
      step,
      ...(waitingFor && { waitingFor }),
      ...onward,
    };
  }
  const { code = status, title, customerAction, providerCode } = registration.error ?? {};
  return {
    // What the customer mends on the status page goes on in this session.
    ...failed(code, statusUrl === undefined),
    ...common,
    ...onward,
    ...(title && { title }),
    ...(customerAction && { customerAction }),
    ...(providerCode && { providerCode }),
  };
}

/** Whose error it is, they are not awaited while the service itself tries again; a code is. */
function awaitedIn({ step, waitingFor, error }: Registration): string | null {
  return error?.retryable && step !== "verification" ? "twilio" : waitingFor;
}

/** The address as it is opened beside the SaaS's page, which then need not be opened once more. */
export function beside(address: string, way: Button.OpenWay): string {
  return way === "self" ? address : address + OWN_TAB;
}

/** A script's address would run in this page's own name. */
function isWeb(address: string | undefined): boolean {
  return /^https?:\/\//.test(address ?? "");
}

/** @throws SignupError */
async function call<Result>(url: string, sent: Sent = {}): Promise<Result> {
  const { ok, status, body } = await exchange(url, sent, REQUEST_TIMEOUT_MS).catch(() => {
    throw new SignupError("network_error", true);
  });
  if (ok && body) return body as Result;
  if (ok) throw new SignupError("invalid_answer", true);
  const refusal = (body ?? {}) as Refusal;
  const isPassing = status >= 500 || status === 408 || status === 429;
  throw new SignupError(refusal.code ?? "request_failed", isPassing, refusal);
}
