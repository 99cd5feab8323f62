import cors from "cors";
import express, { Router, type RequestHandler } from "express";
import {
  SMS_WEBHOOK_PATH,
  TRANSCRIPTION_WEBHOOK_PATH,
  VOICE_WEBHOOK_PATH,
} from "../code-relay/urls.ts";
import { BROWSER_FILES_PATH, browserFiles } from "../pages/browser-script.ts";
import { BUTTON_PATH, buttonFile } from "../pages/button-script.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { CALLBACK_PATH, RESULT_PATH, SIGNUP_PATH } from "../signup/urls.ts";
import type { HttpDeps } from "./http-deps.ts";
import { authenticated } from "./middleware/caller.ts";
import { ownOriginOnly } from "./middleware/own-origin.ts";
import { createLimits } from "./middleware/rate-limits.ts";
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
import { getSignupSession } from "./signup-sessions/get-signup-session.ts";
import { onboardingCallback, refusePrefetch } from "./callback/onboarding-callback.ts";
import { postCreateSignupSession } from "./signup-sessions/post-create-signup-session.ts";
import { postIntegrationRetry } from "./integrations/post-integration-retry.ts";
import { postIntegrationVerification } from "./integrations/post-integration-verification.ts";
import { postIntegrationVerificationResend } from "./integrations/post-integration-verification-resend.ts";
import { postSignupEvents } from "./signup/post-signup-events.ts";
import { postSignupRelayedCode } from "./signup/post-signup-relayed-code.ts";
import { postSignupSessionRelease } from "./signup-sessions/post-signup-session-release.ts";
import { postSignupStart } from "./signup/post-signup-start.ts";
import {
  postSignupVerification,
  postSignupVerificationResend,
} from "./signup/post-signup-verification.ts";

type Method = "GET" | "POST" | "DELETE";
type Route = [Method, string, RequestHandler[], RequestHandler];

const BODY_LIMIT = "32kb";
const SESSIONS_PATH = "/whatsapp/signup-sessions";
const INTEGRATIONS_PATH = "/whatsapp/integrations";

/** Every endpoint: method, path, guards, handler. */
function table(deps: HttpDeps): Route[] {
  const { signup, integrations, onboarding, commands, cookie, clock } = deps;
  const { codeRelay, defaultLocale } = deps;
  const json = express.json({ limit: BODY_LIMIT });
  const form = express.urlencoded({ extended: false, limit: BODY_LIMIT });
  const limits = createLimits(deps, deps.authenticate);
  const { authenticate } = limits;
  const api = [authenticated(authenticate), limits.perOwner];
  const open = [limits.perAddress];
  const page = [...open, ownOriginOnly(deps.publicUrl), json];
  const visit = [...open, refusePrefetch()];
  const callback = onboardingCallback({ ...deps, onboarding, authenticate });
  const create = [...api, limits.sessionsPerOwner, json];
  const command = [...api, json];
  return [
    ["GET", "/health", [], getHealth()],
    ["GET", "/ready", [], getReady(deps.readiness)],
    ["POST", "/whatsapp/create-signup-session", create, postCreateSignupSession(signup)],
    ["GET", SIGNUP_PATH, open, getSignup(deps)],
    ["POST", `${SIGNUP_PATH}/start`, page, postSignupStart(signup, codeRelay, cookie)],
    ["POST", `${SIGNUP_PATH}/events`, page, postSignupEvents(deps.reports, cookie)],
    ["POST", `${SIGNUP_PATH}/relayed-code`, page, postSignupRelayedCode(codeRelay, cookie)],
    ["GET", RESULT_PATH, open, getSignupResult(deps)],
    ["GET", `${SIGNUP_PATH}/status`, page, getSignupStatus(deps)],
    ["POST", `${SIGNUP_PATH}/verification`, page, postSignupVerification(deps)],
    ["POST", `${SIGNUP_PATH}/verification/resend`, page, postSignupVerificationResend(deps)],
    ["GET", CALLBACK_PATH, visit, callback],
    ["POST", CALLBACK_PATH, [...visit, tolerantly(json), tolerantly(form)], callback],
    ["GET", `${SESSIONS_PATH}/:id`, api, getSignupSession(signup, clock)],
    ["DELETE", `${SESSIONS_PATH}/:id`, api, deleteSignupSession(signup)],
    ["POST", `${SESSIONS_PATH}/:id/release`, api, postSignupSessionRelease(signup)],
    ["GET", INTEGRATIONS_PATH, api, getIntegrations(integrations, defaultLocale)],
    ["GET", `${INTEGRATIONS_PATH}/:id`, api, getIntegration(integrations, defaultLocale)],
    ["DELETE", `${INTEGRATIONS_PATH}/:id`, api, deleteIntegration(commands, defaultLocale)],
    [
      "POST",
      `${INTEGRATIONS_PATH}/:id/verification`,
      command,
      postIntegrationVerification(commands, defaultLocale),
    ],
    [
      "POST",
      `${INTEGRATIONS_PATH}/:id/verification/resend`,
      command,
      postIntegrationVerificationResend(commands, defaultLocale),
    ],
    [
      "POST",
      `${INTEGRATIONS_PATH}/:id/retry`,
      command,
      postIntegrationRetry(commands, defaultLocale),
    ],
    ...webhookRoutes(deps, [...open, form]),
    ["GET", BUTTON_PATH, [], getSharedFile(buttonFile)],
    ...[...browserFiles].map(([name, file]): Route => {
      return ["GET", `${BROWSER_FILES_PATH}${name}`, [], getBrowserFile(file)];
    }),
  ];
}

/** Twilio calls by POST unless somebody has set the number to GET. */
function webhookRoutes({ webhooks }: HttpDeps, guards: RequestHandler[]): Route[] {
  const message = twilioWebhook((request) => webhooks.message(request));
  const call = twilioWebhook((request) => webhooks.call(request));
  const transcription = twilioWebhook((request) => webhooks.transcription(request));
  return [
    ["GET", SMS_WEBHOOK_PATH, guards, message],
    ["POST", SMS_WEBHOOK_PATH, guards, message],
    ["GET", VOICE_WEBHOOK_PATH, guards, call],
    ["POST", VOICE_WEBHOOK_PATH, guards, call],
    ["POST", TRANSCRIPTION_WEBHOOK_PATH, guards, transcription],
  ];
}

/**
 * The routes with what belongs to all of them: cross-origin calls for the configured frontends and
 * never with cookies, and 405 for a known path called by another method.
 */
export function routes(deps: HttpDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const rows = table(deps);
  router.use(
    ["/whatsapp/create-signup-session", SESSIONS_PATH, INTEGRATIONS_PATH, CALLBACK_PATH],
    cors({
      origin: [...deps.allowedCorsOrigins],
      methods: ["GET", "POST", "DELETE"],
      allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
      exposedHeaders: ["X-Request-Id", "Retry-After"],
      credentials: false,
      maxAge: 600,
    }),
  );
  for (const path of new Set(rows.map(([, rowPath]) => rowPath))) {
    const ofPath = rows.filter(([, rowPath]) => rowPath === path);
    const allowed = ofPath.map(([method]) => method);
    router.all(path, (request, response, next) => {
      const row = ofPath.find(([method]) => method === request.method);
      if (row) return next();
      // HEAD would run the GET handlers, and the callback's takes the session.
      if (request.method === "HEAD" && allowed.includes("GET") && path !== CALLBACK_PATH) {
        return next();
      }
      response.set("Allow", allowed.join(", "));
      throw new ProblemError("method_not_allowed");
    });
    for (const [method, , guards, handler] of ofPath) {
      const handlers = [...guards, handler];
      if (method === "GET") router.get(path, ...handlers);
      else if (method === "POST") router.post(path, ...handlers);
      else router.delete(path, ...handlers);
    }
  }
  return router;
}
