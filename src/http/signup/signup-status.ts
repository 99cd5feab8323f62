import type { Request } from "express";
import type { Integration } from "../../integrations/integration.ts";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import { usualDurationSeconds } from "../../integrations/usual-duration.ts";
import { readableDuration } from "../../pages/readable.ts";
import type { StatusKind, StatusView } from "../../pages/status-view.ts";
import { pageTexts } from "../../pages/texts/index.ts";
import type { PageTexts, StatusStep, StepState } from "../../pages/texts/page-texts.ts";
import type { Locale } from "../../problems/locales.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import type { SignupService } from "../../signup/signup-service.ts";
import { returnParameters, type SignupSession } from "../../signup/signup-session.ts";
import { withParameters } from "../../signup/urls.ts";
import { requireCaller } from "../../signup/whose-session.ts";
import { awaitsCode, describeError, isRetrying } from "../integrations/describe-error.ts";
import type { BrowserCookie } from "../middleware/browser-cookie.ts";
import { failureUrl, isOwnPage } from "./page.ts";
import { remedyOf } from "./remedy.ts";

export interface StatusDeps {
  signup: SignupService;
  integrations: IntegrationStore;
  cookie: BrowserCookie;
  publicUrl: string;
  defaultLocale: Locale;
  /** New senders know where inbound messages go. */
  receivesMessages: boolean;
}

const STEPS: readonly StatusStep[] = ["authorised", "subaccount", "sender", "online"];

/**
 * A completed session for the browser that went through it.
 * @throws ProblemError `session_unknown`, `browser_mismatch`, `not_in_state` before the callback
 */
export async function ownCompletedSession(
  { signup, cookie }: Pick<StatusDeps, "signup" | "cookie">,
  request: Request,
  id: string,
): Promise<SignupSession> {
  const session = await signup.find(id);
  if (!session) throw new ProblemError("session_unknown");
  requireCaller({ browserHash: cookie.hash(request) }, session);
  if (session.status !== "completed") throw new ProblemError("not_in_state");
  return session;
}

/** The session's integration, while it is still this session that it is registered for. */
export async function integrationOf(
  { integrations }: Pick<StatusDeps, "integrations">,
  session: SignupSession,
): Promise<Integration | "replaced" | undefined> {
  if (session.awaitsIntegrationSince !== undefined || session.integrationId === undefined) {
    return undefined;
  }
  const integration = await integrations.find(session.userId, session.integrationId);
  // A browser of an earlier signup learns nothing of a later one: another person may have done that.
  return integration?.registration.target.sessionId === session._id ? integration : "replaced";
}

/** How the registration is doing, in the customer's words. */
export async function signupStatus(
  deps: StatusDeps,
  session: SignupSession,
  locale: Locale,
): Promise<StatusView> {
  const integration = await integrationOf(deps, session);
  const texts = pageTexts(locale).status;
  if (integration === undefined) {
    return { ...ALL_OPEN, ...sayOf(texts.working), steps: stepsOf("subaccount", "current") };
  }
  if (integration === "replaced") {
    const onward = accountOf(deps.publicUrl, session);
    return { ...ALL_OPEN, kind: "disconnected", settled: true, ...sayOf(texts.replaced), onward };
  }
  const { status, registration } = integration;
  const kind = kindOf(integration);
  const asked = registration.error?.code === "code_not_received";
  return {
    kind,
    settled: status !== "pending",
    ...(kind === "connected" ? connectedWords(deps, texts) : wordsOf(kind, integration, locale)),
    steps: stepsOf(...progressOf(integration)),
    // What is the customer's to mend, should it last, is tried a few times only.
    retryingUntil:
      isRetrying(integration) && registration.error?.actor !== "customer"
        ? registration.deadlineAt.toISOString()
        : null,
    remedy: remedyOf(integration),
    code: {
      due: kind === "code",
      resend: kind === "code" || (kind === "problem" && asked),
      error: kind === "code" ? codeError(integration, locale) : null,
    },
    onward: onwardOf(deps.publicUrl, session, integration, locale),
  };
}

const ALL_OPEN: Omit<StatusView, "title" | "paragraphs" | "customerAction"> = {
  kind: "working",
  settled: false,
  steps: stepsOf("subaccount", "open"),
  code: { due: false, resend: false, error: null },
  retryingUntil: null,
  remedy: null,
  onward: null,
};

function sayOf({ title, text }: { title: string; text: string }) {
  return { title, paragraphs: [text], customerAction: null };
}

function kindOf({ status, registration }: Integration): StatusKind {
  if (status === "linked") return "connected";
  if (status === "error") return "problem";
  if (status === "disconnected" || registration.step === "disconnecting") return "disconnected";
  return awaitsCode(registration) ? "code" : "working";
}

function connectedWords(
  { receivesMessages }: Pick<StatusDeps, "receivesMessages">,
  { connected }: PageTexts["status"],
) {
  const { title, text, receiving } = connected;
  return sayOf({ title, text: receivesMessages ? receiving : text });
}

function wordsOf(kind: StatusKind, integration: Integration, locale: Locale) {
  const texts = pageTexts(locale).status;
  if (kind === "disconnected") return sayOf(texts.disconnected);
  const { registration } = integration;
  const { error, waitingFor } = registration;
  const problem = error && describeError(integration, error, locale);
  const awaited = kind === "working" && waitingFor ? texts.awaited[waitingFor] : undefined;
  const seconds = usualDurationSeconds(registration);
  const paragraphs = [
    problem?.detail ?? (kind === "code" ? texts.code.text : texts.working.text),
    problem?.customerAction ?? awaited,
    kind === "working" && error === undefined && seconds !== undefined
      ? `${texts.usually} ${readableDuration(seconds, locale)}.`
      : undefined,
    // Of what others have to mend, support learns by the session's id at the foot of the page.
    error?.actor === "customer"
      ? `${texts.reference}: ${error.code} ${error.providerCode ?? ""}`.trim()
      : undefined,
  ].filter((paragraph) => paragraph !== undefined);
  const title =
    kind === "problem" ? problem?.title : texts[kind === "code" ? "code" : "working"].title;
  return {
    title: title ?? texts.working.title,
    paragraphs,
    customerAction: problem?.customerAction ?? null,
  };
}

function codeError(integration: Integration, locale: Locale): string | null {
  const { error } = integration.registration;
  return error ? describeError(integration, error, locale).title : null;
}

function progressOf({ status, registration }: Integration): [StatusStep | undefined, StepState] {
  if (status === "linked") return [undefined, "done"];
  // The sender is gone: what was done once is said in the title alone.
  if (status === "disconnected") return ["subaccount", "open"];
  const state = status === "pending" ? "current" : "failed";
  switch (registration.step) {
    case "subaccount":
    case "number":
      return ["subaccount", state];
    case "sender":
      return ["sender", state];
    case "disconnecting":
      return ["subaccount", "open"];
    case "verification":
    case "online":
    case "done":
      return ["online", state];
  }
}

/** Those before `at` are done, those after it are to come; without it all are done. */
function stepsOf(at: StatusStep | undefined, state: StepState) {
  const here = at === undefined ? STEPS.length : STEPS.indexOf(at);
  return STEPS.map((id, index) => {
    if (index === here) return { id, state };
    return { id, state: index < here ? ("done" as const) : ("open" as const) };
  });
}

/** The SaaS itself, where there is nothing to bring back to it. */
function accountOf(publicUrl: string, { returnUrl }: SignupSession): string | null {
  return isOwnPage(publicUrl, returnUrl) ? null : new URL(returnUrl).origin;
}

/** Back to the SaaS, where the session names an address there. */
function onwardOf(
  publicUrl: string,
  session: SignupSession,
  integration: Integration,
  locale: Locale,
): string | null {
  const { status, registration, externalId } = integration;
  if (status === "error" && registration.error && !isOwnPage(publicUrl, session.failureUrl)) {
    return failureUrl(session, registration.error.code, locale, registration.error.actor);
  }
  if (status === "disconnected") return accountOf(publicUrl, session);
  if (status !== "linked" || isOwnPage(publicUrl, session.returnUrl)) return null;
  return withParameters(session.returnUrl, {
    status,
    integrationId: String(integration._id),
    ...returnParameters(session),
    phone: externalId,
  });
}
