import cors from "cors";
import express, { Router, type RequestHandler } from "express";
import {
  SMS_WEBHOOK_PATH,
  TRANSCRIPTION_WEBHOOK_PATH,
  VOICE_WEBHOOK_PATH,
} from "../code-relay/urls.ts";
import { BROWSER_FILES_PATH, BUTTON_PATH, PAGE_SCRIPTS } from "../pages/web-files.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { CALLBACK_PATH, RESULT_PATH, SIGNUP_PATH } from "../signup/urls.ts";
import type { HttpDeps } from "./http-deps.ts";
import { authenticated } from "./middleware/caller.ts";
import { REPLAYED } from "./middleware/idempotency.ts";
import { operatorAuthentication, operatorOnly } from "./middleware/operator.ts";
import type { Operator } from "../operator/create-operator.ts";
import { postAssign, postHandOver, postUnassign } from "./operator/post-decisions.ts";
import { getExplanation, getFound } from "./operator/get-found.ts";
import { getExport } from "./operator/get-export.ts";
import { postErase } from "./operator/post-erase.ts";
import { getStates } from "./operator/get-states.ts";
import {
  INTEGRATION_ACTIONS,
  postOperatorAction,
  SESSION_ACTIONS,
} from "./operator/post-operator-action.ts";
import { getDoctor } from "./operator/get-doctor.ts";
import { getMetrics } from "./operator/get-metrics.ts";
import { getProbe } from "./operator/get-probe.ts";
import { PROBE_PATH } from "../doctor/probe.ts";
import { ownOriginOnly } from "./middleware/own-origin.ts";
import type { Access } from "./openapi/operation.ts";
import { createLimits, type Limits } from "./middleware/rate-limits.ts";
import { PROBLEMS_PATH } from "../problems/render.ts";
import { DOCS_PATH, getDocs } from "./reference/get-docs.ts";
import { getOpenApi } from "./reference/get-openapi.ts";
import { getProblem } from "./reference/get-problem.ts";
import { getSwaggerUiFile } from "./reference/swagger-ui.ts";
import { getHealth } from "./system/get-health.ts";
import { getReady } from "./system/get-ready.ts";
import { twilioWebhook } from "./twilio-webhooks/twilio-webhook.ts";
import { tolerantly } from "./callback/callback-request.ts";
import { deleteIntegration } from "./integrations/delete-integration.ts";
import { deleteSignupSession } from "./signup-sessions/delete-signup-session.ts";
import { getBrowserFile, getSharedFile } from "./signup/get-browser-file.ts";
import { getIntegration } from "./integrations/get-integration.ts";
import { getIntegrations } from "./integrations/get-integrations.ts";
import { getSignup } from "./signup/get-signup.ts";
import { getSignupResult } from "./signup/get-signup-result.ts";
import { getSignupStatus } from "./signup/get-signup-status.ts";
import { getSignupSessions } from "./signup-sessions/get-signup-sessions.ts";
import { getSignupSession } from "./signup-sessions/get-signup-session.ts";
import { onboardingCallback, refusePrefetch } from "./callback/onboarding-callback.ts";
import { postCreateSignupSession } from "./signup-sessions/post-create-signup-session.ts";
import { postIntegrationRetry } from "./integrations/post-integration-retry.ts";
import { postIntegrationVerification } from "./integrations/post-integration-verification.ts";
import { postIntegrationVerificationResend } from "./integrations/post-integration-verification-resend.ts";
import { postSignupEvents } from "./signup/post-signup-events.ts";
import { postSignupRelease } from "./signup/post-signup-release.ts";
import { postSignupRelayedCode } from "./signup/post-signup-relayed-code.ts";
import { postSignupRetry } from "./signup/post-signup-retry.ts";
import { postSignupSessionRelease } from "./signup-sessions/post-signup-session-release.ts";
import { postSignupStart } from "./signup/post-signup-start.ts";
import {
  postSignupVerification,
  postSignupVerificationResend,
} from "./signup/post-signup-verification.ts";

type Method = "GET" | "POST" | "DELETE";
type Route = [Access, Method, string, ...RequestHandler[]];

const BODY_LIMIT = "32kb";
const SESSIONS_PATH = "/whatsapp/signup-sessions";
const INTEGRATIONS_PATH = "/whatsapp/integrations";

/** The configured frontends may call these from their pages, never with cookies. */
const OPEN_TO_FRONTENDS: ReadonlySet<Access> = new Set(["saas", "callback"]);

const json = express.json({ limit: BODY_LIMIT });
const form = express.urlencoded({ extended: false, limit: BODY_LIMIT });

/** Every endpoint: who may call, method, path, and what is done. */
function table(deps: HttpDeps, limits: Limits): Route[] {
  const { sessionsPerOwner, authenticate } = limits;
  const { signup, integrations, commands, codeRelay, cookie, clock, defaultLocale, keys } = deps;
  const callback = onboardingCallback({ ...deps, authenticate });
  const create = [sessionsPerOwner, json, postCreateSignupSession(deps.creation, keys)];
  const verify = postIntegrationVerification(commands, defaultLocale);
  const resend = postIntegrationVerificationResend(deps);
  const retry = postIntegrationRetry(deps);
  return [
    ...systemRoutes(deps, limits),
    ...referenceRoutes(deps),
    ["saas", "POST", "/whatsapp/create-signup-session", ...create],
    ["visitor", "GET", SIGNUP_PATH, getSignup(deps)],
    ["page", "POST", `${SIGNUP_PATH}/start`, postSignupStart(signup, codeRelay, cookie)],
    ["page", "POST", `${SIGNUP_PATH}/release`, postSignupRelease(signup, cookie)],
    ["page", "POST", `${SIGNUP_PATH}/events`, postSignupEvents(deps.reports, cookie)],
    ["page", "POST", `${SIGNUP_PATH}/relayed-code`, postSignupRelayedCode(codeRelay, cookie)],
    ["visitor", "GET", RESULT_PATH, getSignupResult(deps)],
    ["page", "GET", `${SIGNUP_PATH}/status`, getSignupStatus(deps)],
    ["page", "POST", `${SIGNUP_PATH}/verification`, postSignupVerification(deps)],
    ["page", "POST", `${SIGNUP_PATH}/verification/resend`, postSignupVerificationResend(deps)],
    ["page", "POST", `${SIGNUP_PATH}/retry`, postSignupRetry(deps)],
    ["callback", "GET", CALLBACK_PATH, callback],
    ["callback", "POST", CALLBACK_PATH, tolerantly(json), tolerantly(form), callback],
    ["saas", "GET", SESSIONS_PATH, getSignupSessions(deps.sessionList, clock)],
    ["saas", "GET", `${SESSIONS_PATH}/:id`, getSignupSession(signup, clock, deps.publicUrl)],
    ["saas", "DELETE", `${SESSIONS_PATH}/:id`, deleteSignupSession(signup)],
    ["saas", "POST", `${SESSIONS_PATH}/:id/release`, postSignupSessionRelease(signup, keys)],
    ["saas", "GET", INTEGRATIONS_PATH, getIntegrations(integrations, defaultLocale)],
    ["saas", "GET", `${INTEGRATIONS_PATH}/:id`, getIntegration(integrations, defaultLocale)],
    ["saas", "DELETE", `${INTEGRATIONS_PATH}/:id`, deleteIntegration(commands, defaultLocale)],
    ["saas", "POST", `${INTEGRATIONS_PATH}/:id/verification`, json, verify],
    ["saas", "POST", `${INTEGRATIONS_PATH}/:id/verification/resend`, json, resend],
    ["saas", "POST", `${INTEGRATIONS_PATH}/:id/retry`, json, retry],
    ...webhookRoutes(deps),
    ["anybody", "GET", BUTTON_PATH, getSharedFile("button.js")],
    ...PAGE_SCRIPTS.map((name): Route => {
      return ["anybody", "GET", `${BROWSER_FILES_PATH}${name}`, getBrowserFile(name)];
    }),
  ];
}

function systemRoutes({ readiness, operator }: HttpDeps, limits: Limits): Route[] {
  return [
    ["anybody", "GET", "/health", getHealth(operator.commit)],
    ["anybody", "GET", "/ready", getReady(readiness, limits.authenticateOperator)],
    ["operator", "GET", "/metrics", getMetrics(operator.scrape)],
    ["operator", "GET", "/ops/doctor", getDoctor(operator.doctor)],
    ...deskRoutes(operator),
    ["visitor", "GET", `${PROBE_PATH}/:token`, getProbe(operator.probe)],
  ];
}

function deskRoutes(operator: Operator): Route[] {
  const { desk } = operator;
  return [
    ["operator", "GET", "/ops/find", getFound(desk)],
    ["operator", "GET", "/ops/explain", getExplanation(desk)],
    ["operator", "GET", "/ops/integrations", getStates(desk)],
    ["operator", "POST", "/ops/assign", json, postAssign(operator)],
    ["operator", "POST", "/ops/unassign", json, postUnassign(operator)],
    ["operator", "POST", "/ops/hand-over", json, postHandOver(operator)],
    ["operator", "POST", "/ops/erase", json, postErase(operator.erasures)],
    ["operator", "GET", "/ops/export", getExport(operator.exports)],
    ...INTEGRATION_ACTIONS.map((action): Route => {
      return [
        "operator",
        "POST",
        `/ops/integrations/:id/${action}`,
        json,
        postOperatorAction(desk, action),
      ];
    }),
    ...SESSION_ACTIONS.map((action): Route => {
      return [
        "operator",
        "POST",
        `/ops/signup-sessions/:id/${action}`,
        json,
        postOperatorAction(desk, action),
      ];
    }),
  ];
}

function referenceRoutes(deps: HttpDeps): Route[] {
  return [
    ["anybody", "GET", "/openapi.json", getOpenApi(deps)],
    ["anybody", "GET", DOCS_PATH, getDocs()],
    [
      "anybody",
      "GET",
      `${DOCS_PATH}/swagger-ui-bundle.js`,
      getSwaggerUiFile("swagger-ui-bundle.js"),
    ],
    ["anybody", "GET", `${DOCS_PATH}/swagger-ui.css`, getSwaggerUiFile("swagger-ui.css")],
    ["anybody", "GET", `${PROBLEMS_PATH}/:code`, getProblem(deps)],
  ];
}

/** Twilio calls by POST, or by GET where the number's owner has set that. */
function webhookRoutes({ webhooks }: HttpDeps): Route[] {
  const message = twilioWebhook((request) => webhooks.message(request));
  const call = twilioWebhook((request) => webhooks.call(request));
  const transcription = twilioWebhook((request) => webhooks.transcription(request));
  return [
    ["twilio", "GET", SMS_WEBHOOK_PATH, message],
    ["twilio", "POST", SMS_WEBHOOK_PATH, message],
    ["twilio", "GET", VOICE_WEBHOOK_PATH, call],
    ["twilio", "POST", VOICE_WEBHOOK_PATH, call],
    ["twilio", "POST", TRANSCRIPTION_WEBHOOK_PATH, transcription],
  ];
}

function guards(deps: HttpDeps, limits: Limits): Record<Access, RequestHandler[]> {
  const { perAddress } = limits;
  return {
    saas: [authenticated(limits.authenticate), limits.perOwner],
    callback: [perAddress, refusePrefetch()],
    page: [perAddress, ownOriginOnly(deps.publicUrl), json],
    visitor: [perAddress],
    twilio: [perAddress, form],
    operator: [perAddress, operatorOnly(limits.authenticateOperator)],
    anybody: [],
  };
}

/** The table's routes, and 405 for a known path called by another method. */
export function routes(deps: HttpDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const limits = createLimits(deps, deps.authenticate, operatorAuthentication(deps.operator));
  const rows = table(deps, limits);
  const guardsOf = guards(deps, limits);
  const open = rows.filter(([access]) => OPEN_TO_FRONTENDS.has(access));
  router.use([...new Set(open.map(([, , path]) => path))], frontendCors(deps));
  for (const path of new Set(rows.map(([, , rowPath]) => rowPath))) {
    const ofPath = rows.filter(([, , rowPath]) => rowPath === path);
    router.all(path, knownMethodsOnly(ofPath));
    for (const [access, method, , ...handlers] of ofPath) {
      const all = [...guardsOf[access], ...handlers];
      if (method === "GET") router.get(path, ...all);
      else if (method === "POST") router.post(path, ...all);
      else router.delete(path, ...all);
    }
  }
  return router;
}

function frontendCors({ allowedCorsOrigins }: HttpDeps): RequestHandler {
  return cors({
    origin: [...allowedCorsOrigins],
    methods: ["GET", "POST", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
    exposedHeaders: ["X-Request-Id", "Retry-After", REPLAYED],
    credentials: false,
    maxAge: 600,
  });
}

function knownMethodsOnly(ofPath: readonly Route[]): RequestHandler {
  const allowed = new Set<string>(ofPath.map(([, method]) => method));
  // HEAD runs the GET handlers, and the callback's takes the session.
  const hasHead = ofPath.some(([access, method]) => method === "GET" && access !== "callback");
  return (request, response, next) => {
    if (allowed.has(request.method) || (request.method === "HEAD" && hasHead)) return next();
    response.set("Allow", [...allowed].join(", "));
    throw new ProblemError("method_not_allowed");
  };
}
