import { hostname } from "node:os";
import type { Connection } from "mongoose";
import { systemClock, type Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { pingDatabase } from "./database/connect.ts";
import { ensureIndexes } from "./database/indexes.ts";
import { createAuthenticator } from "./http/authenticator.ts";
import { BrowserCookie } from "./http/browser-cookie.ts";
import type { HttpDeps } from "./http/http-deps.ts";
import { integrationModel } from "./integrations/integration-model.ts";
import { IntegrationStore } from "./integrations/integration-store.ts";
import type { Logger } from "./logger.ts";
import { GraphClient } from "./meta/graph-client.ts";
import { IntegrationUpsert } from "./onboarding/integration-upsert.ts";
import { OnboardingService } from "./onboarding/onboarding-service.ts";
import { Claims } from "./registration/claims.ts";
import { HoldStore, holdModels } from "./registration/hold-store.ts";
import { NumberAssignments, numberAssignmentModel } from "./registration/number-assignments.ts";
import { RegistrationService } from "./registration/registration-service.ts";
import { SubaccountStore, subaccountModel } from "./registration/subaccount-store.ts";
import { RegistrationWorker } from "./registration/worker.ts";
import { SignupService } from "./signup/signup-service.ts";
import { signupSessionModel } from "./signup/signup-session-model.ts";
import { SignupSessionStore } from "./signup/signup-session-store.ts";
import { RESULT_PATH } from "./signup/urls.ts";
import { randomId } from "./tokens.ts";
import { AccountsClient } from "./twilio/accounts-client.ts";
import { SendersClient } from "./twilio/senders-client.ts";
import { SubaccountTokens } from "./twilio/subaccount-tokens.ts";
import { TwilioTransport } from "./twilio/transport.ts";

/** How long `/ready` waits for the database. */
const READY_TIMEOUT_MS = 2_000;
const SWEEP_INTERVAL_MS = 10_000;

/** All that a running service consists of. */
export interface Deps {
  http: HttpDeps;
  worker: RegistrationWorker;
  assignments: NumberAssignments;
  /** Makes the indexes; a duplicate in the way of a unique one is an error that names it. */
  ensureIndexes: () => Promise<void>;
}

/** What tests replace. */
export interface Outside {
  connection: Connection;
  logger: Logger;
  clock?: Clock;
  random?: () => number;
}

/** The composition root: the only place, with server.ts, that knows which classes there are. */
export function buildDeps(config: Config, outside: Outside): Deps {
  const { connection, logger, clock = systemClock } = outside;
  const models = {
    sessions: signupSessionModel(connection),
    integrations: integrationModel(connection),
    subaccounts: subaccountModel(connection),
    assignments: numberAssignmentModel(connection),
    holds: holdModels(connection),
  };
  const integrations = new IntegrationStore(models.integrations);
  const sessions = new SignupSessionStore(models.sessions, clock);
  const assignments = new NumberAssignments(models.assignments, clock);
  const upsert = new IntegrationUpsert({
    model: models.integrations,
    clock,
    deadlineMs: config.registration.deadlineMs,
  });
  const graph = graphClient(config);
  // The worker is made after what it calls; nothing wakes it before the service listens.
  const wakeWorker = () => worker.wake();
  const onboarding = new OnboardingService({
    sessions,
    integrations,
    upsert,
    ...(graph ? { graph } : {}),
    clock,
    logger,
    wakeWorker,
  });
  const worker = buildWorker(config, { ...outside, clock }, models, assignments, onboarding);
  const signup = new SignupService({
    sessions,
    integrations,
    settings: signupSettings(config),
    clock,
    logger,
  });
  return {
    http: {
      signup,
      integrations,
      onboarding,
      authenticate: createAuthenticator(config.auth),
      cookie: new BrowserCookie(config.publicUrl),
      readiness: {
        stopping: false,
        databaseAnswers: () => pingDatabase(connection, READY_TIMEOUT_MS),
      },
      clock,
      logger,
      mode: config.signup.mode,
      sdkUrl: config.meta.sdkUrl,
      production: config.production,
      partnerSolutionConfigured: config.twilio.partnerSolutionId !== undefined,
      defaultLocale: config.defaultLocale,
      publicUrl: config.publicUrl,
      allowedCorsOrigins: config.frontend.allowedCorsOrigins,
      failureUrl: config.frontend.failureUrl ?? `${config.publicUrl}${RESULT_PATH}`,
      trustProxy: config.trustProxy,
    },
    worker,
    assignments,
    ensureIndexes: () => ensureIndexes([models.sessions, models.integrations, models.subaccounts]),
  };
}

/** Only with the app secret, and only Meta's own popup brings a code to prove anything with. */
function graphClient({ meta, signup }: Config): GraphClient | undefined {
  if (signup.mode !== "meta" || !meta.appSecret || !meta.appId) return undefined;
  const { appId, appSecret, graphBaseUrl: baseUrl, graphVersion: version } = meta;
  return new GraphClient({ baseUrl, version, appId, appSecret });
}

function signupSettings(config: Config) {
  const { twilio, meta, signup, frontend } = config;
  return {
    publicUrl: config.publicUrl,
    accountSid: twilio.accountSid,
    ...(twilio.partnerSolutionId ? { partnerSolutionId: twilio.partnerSolutionId } : {}),
    phoneNumberType: twilio.phoneNumberType,
    facebookBusinessId: meta.facebookBusinessId,
    ...(meta.appId ? { appId: meta.appId } : {}),
    ...(meta.configId ? { configId: meta.configId } : {}),
    graphVersion: meta.graphVersion,
    sdkUrl: meta.sdkUrl,
    signupVersion: meta.signupVersion,
    signupExtras: meta.signupExtras,
    mode: signup.mode,
    redirectUrl: signup.redirectUrl,
    linkTtlMs: signup.linkTtlMs,
    sessionTtlMs: signup.sessionTtlMs,
    successUrl: frontend.successUrl,
    failureUrl: frontend.failureUrl,
    allowedReturnOrigins: frontend.allowedReturnOrigins,
    defaultLocale: config.defaultLocale,
  };
}

function buildWorker(
  config: Config,
  { logger, clock, random = Math.random }: Outside & { clock: Clock },
  models: {
    integrations: ReturnType<typeof integrationModel>;
    subaccounts: ReturnType<typeof subaccountModel>;
    holds: ReturnType<typeof holdModels>;
  },
  assignments: NumberAssignments,
  onboarding: OnboardingService,
): RegistrationWorker {
  const { registration, twilio, sender, installationId } = config;
  const transport = new TwilioTransport(logger);
  const accounts = new AccountsClient(transport, twilio);
  const service = new RegistrationService(
    {
      integrations: models.integrations,
      subaccounts: new SubaccountStore(models.subaccounts, clock, registration.leaseMs),
      holds: new HoldStore(models.holds, clock),
      assignments,
      accounts,
      senders: new SendersClient(transport, twilio),
      tokens: new SubaccountTokens(accounts, clock),
      settings: {
        installationId,
        twilioTimeoutMs: twilio.timeoutMs,
        settleMs: registration.settleMs,
        pollIntervalMs: registration.pollIntervalMs,
        maxIntervalMs: registration.maxIntervalMs,
        deadlineMs: registration.deadlineMs,
        offlineGraceMs: registration.offlineGraceMs,
        linkedCheckIntervalMs: registration.linkedCheckIntervalMs,
        ...sender,
      },
      clock,
      random,
    },
    logger,
  );
  const owner = `${hostname()}:${process.pid}:${randomId("p").slice(0, 10)}`;
  return new RegistrationWorker({
    claims: new Claims({
      model: models.integrations,
      clock,
      leaseMs: registration.leaseMs,
      owner,
    }),
    registration: service,
    sweep: () => onboarding.completeUnsettled(),
    settings: {
      pollIntervalMs: registration.pollIntervalMs,
      maxIntervalMs: registration.maxIntervalMs,
      concurrency: registration.workerConcurrency,
      sweepIntervalMs: SWEEP_INTERVAL_MS,
    },
    logger,
  });
}
