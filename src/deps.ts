import { hostname } from "node:os";
import type { Connection } from "mongoose";
import { systemClock, type Clock } from "./clock.ts";
import { createCodeRelay } from "./code-relay/create-code-relay.ts";
import type { RelayRunner } from "./code-relay/relay-runner.ts";
import type { Config } from "./config.ts";
import { pingDatabase } from "./database/connect.ts";
import { ensureIndexes } from "./database/indexes.ts";
import { createAuthenticator } from "./http/authenticator.ts";
import { BrowserCookie } from "./http/browser-cookie.ts";
import type { HttpDeps } from "./http/http-deps.ts";
import { integrationModel } from "./integrations/integration-model.ts";
import { IntegrationStore } from "./integrations/integration-store.ts";
import { lineSpellingModel } from "./onboarding/line-spellings.ts";
import type { Logger } from "./logger.ts";
import { GraphClient } from "./meta/graph-client.ts";
import { IntegrationUpsert } from "./onboarding/integration-upsert.ts";
import { OnboardingService } from "./onboarding/onboarding-service.ts";
import { Claims } from "./registration/claims.ts";
import { RegistrationCommands } from "./registration/commands.ts";
import { HoldStore, holdModels } from "./registration/hold-store.ts";
import { NumberAssignments, numberAssignmentModel } from "./registration/number-assignments.ts";
import { OperatorAssignments } from "./registration/operator-assignments.ts";
import { RegistrationService } from "./registration/registration-service.ts";
import { SubaccountStore, subaccountModel } from "./registration/subaccount-store.ts";
import { VerificationService } from "./registration/verification-service.ts";
import type { RegistrationDeps } from "./registration/work.ts";
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
  codeRelay: RelayRunner;
  /** What the operator decides. */
  operator: { assignments: OperatorAssignments };
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
  const models = buildModels(connection);
  const integrations = new IntegrationStore(models.integrations);
  const sessions = new SignupSessionStore(models.sessions, clock, (session) =>
    codeRelay.relay.ended(session),
  );
  const assignments = new NumberAssignments(models.assignments, clock);
  // The worker is made after what it calls; nothing wakes it before the service listens.
  const wakeWorker = () => work.worker.wake();
  const onboarding = new OnboardingService({
    sessions,
    integrations,
    upsert: new IntegrationUpsert({
      model: models.integrations,
      spellings: models.spellings,
      clock,
      deadlineMs: config.registration.deadlineMs,
    }),
    ...graphClient(config),
    clock,
    logger,
    wakeWorker,
  });
  const registration = registrationDeps(config, { ...outside, clock }, models, assignments);
  const parts = { ...outside, ...registration, sessions, subaccounts: models.subaccounts };
  const codeRelay = createCodeRelay(config, parts);
  const sweep = () => Promise.all([onboarding.completeUnsettled(), codeRelay.runner.sweep()]);
  const work = buildWork(config, registration, { logger, integrations, sweep, wakeWorker });
  const signup = new SignupService({
    sessions,
    integrations,
    settings: signupSettings(config),
    clock,
    logger,
  });
  return {
    http: {
      ...httpSettings(config),
      signup,
      integrations,
      onboarding,
      commands: work.commands,
      codeRelay: codeRelay.relay,
      webhooks: codeRelay.webhooks,
      readiness: {
        stopping: false,
        databaseAnswers: () => pingDatabase(connection, READY_TIMEOUT_MS),
      },
      clock,
      logger,
    },
    worker: work.worker,
    codeRelay: codeRelay.runner,
    operator: buildOperator({ ...registration, logger }, work.commands, sessions),
    ensureIndexes: () => ensureIndexes([...indexedOf(models), codeRelay.model]),
  };
}

type Models = ReturnType<typeof buildModels>;

function indexedOf({ sessions, integrations, subaccounts, holds }: Models) {
  return [sessions, integrations, subaccounts, holds.numberHolds];
}

function buildModels(connection: Connection) {
  return {
    sessions: signupSessionModel(connection),
    integrations: integrationModel(connection),
    spellings: lineSpellingModel(connection),
    subaccounts: subaccountModel(connection),
    assignments: numberAssignmentModel(connection),
    holds: holdModels(connection),
  };
}

function httpSettings(config: Config) {
  return {
    authenticate: createAuthenticator(config.auth),
    cookie: new BrowserCookie(
      config.publicUrl,
      config.signup.sessionTtlMs + config.registration.deadlineMs,
    ),
    brand: config.brand,
    mode: config.signup.mode,
    sdkUrl: config.meta.sdkUrl,
    needsCode: config.meta.appSecret !== undefined,
    production: config.production,
    partnerSolutionConfigured: config.twilio.partnerSolutionId !== undefined,
    defaultLocale: config.defaultLocale,
    publicUrl: config.publicUrl,
    allowedCorsOrigins: config.frontend.allowedCorsOrigins,
    failureUrl: config.frontend.failureUrl ?? `${config.publicUrl}${RESULT_PATH}`,
    trustProxy: config.trustProxy,
  };
}

/** What works on registrations: by itself, and on an owner's word. */
function buildWork(
  { registration: settings }: Config,
  deps: RegistrationDeps,
  around: {
    logger: Logger;
    integrations: IntegrationStore;
    sweep: () => Promise<unknown>;
    wakeWorker: () => void;
  },
): { worker: RegistrationWorker; commands: RegistrationCommands } {
  const { logger, integrations, sweep, wakeWorker } = around;
  const { clock } = deps;
  const claims = new Claims({
    model: deps.integrations,
    clock,
    leaseMs: settings.leaseMs,
    owner: `${hostname()}:${process.pid}:${randomId("p").slice(0, 10)}`,
  });
  const worker = new RegistrationWorker({
    claims,
    registration: new RegistrationService(deps, logger),
    sweep,
    settings: {
      pollIntervalMs: settings.pollIntervalMs,
      maxIntervalMs: settings.maxIntervalMs,
      concurrency: settings.workerConcurrency,
      sweepIntervalMs: SWEEP_INTERVAL_MS,
    },
    logger,
  });
  const commands = new RegistrationCommands({
    store: integrations,
    model: deps.integrations,
    claims,
    verification: new VerificationService(deps, logger),
    clock,
    deadlineMs: settings.deadlineMs,
    wakeWorker,
  });
  return { worker, commands };
}

/** What the operator decides; the service's other parts do what follows from it. */
function buildOperator(
  deps: RegistrationDeps & { logger: Logger },
  commands: RegistrationCommands,
  sessions: SignupSessionStore,
): Deps["operator"] {
  const retry = (userId: string, id: string) => commands.retry(userId, id, {});
  const hasSession = (userId: string) => sessions.hasAny(userId);
  return { assignments: new OperatorAssignments({ ...deps, hasSession, retry }) };
}

/** Only with the app secret, and only Meta's own popup brings a code to prove anything with. */
function graphClient({ meta, signup }: Config): { graph?: GraphClient } {
  if (signup.mode !== "meta" || !meta.appSecret || !meta.appId) return {};
  const { appId, appSecret, graphBaseUrl: baseUrl, graphVersion: version } = meta;
  return { graph: new GraphClient({ baseUrl, version, appId, appSecret }) };
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

function registrationDeps(
  config: Config,
  { logger, clock, random = Math.random }: Outside & { clock: Clock },
  models: Models,
  assignments: NumberAssignments,
): RegistrationDeps {
  const { registration, twilio, sender, installationId } = config;
  const transport = new TwilioTransport(logger);
  const accounts = new AccountsClient(transport, twilio);
  return {
    integrations: models.integrations,
    subaccounts: new SubaccountStore(models.subaccounts, clock, registration.leaseMs),
    holds: new HoldStore(models.holds, models.integrations, clock),
    assignments,
    accounts,
    senders: new SendersClient(transport, twilio),
    tokens: new SubaccountTokens(accounts, clock),
    settings: {
      ...registration,
      ...sender,
      installationId,
      twilioTimeoutMs: twilio.timeoutMs,
    },
    clock,
    random,
  };
}
