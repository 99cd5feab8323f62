import { hostname } from "node:os";
import type { Connection } from "mongoose";
import { BackgroundChecks } from "./checks/background-checks.ts";
import { providerChecks } from "./checks/provider-checks.ts";
import { systemClock, type Clock } from "./clock.ts";
import { createCodeRelay } from "./code-relay/create-code-relay.ts";
import type { RelayRunner } from "./code-relay/relay-runner.ts";
import type { Config } from "./config/config.ts";
import { pingDatabase } from "./database/connect.ts";
import { ensureIndexes } from "./database/indexes.ts";
import { createAuthenticator } from "./http/middleware/authenticator.ts";
import type { HttpDeps } from "./http/http-deps.ts";
import { ProblemLog } from "./http/middleware/problem-log.ts";
import { IdempotencyKeys } from "./idempotency/idempotency-keys.ts";
import { IntegrationStore } from "./integrations/integration-store.ts";
import { LineLimit } from "./limits/line-limit.ts";
import { OlderDocuments } from "./integrations/older-documents.ts";
import type { Logger } from "./logger.ts";
import { buildModels, indexedOf, type Models } from "./models.ts";
import { GraphClient } from "./meta/graph-client.ts";
import { IntegrationUpsert } from "./onboarding/integration-upsert.ts";
import { OnboardingService, type OnboardingDeps } from "./onboarding/onboarding-service.ts";
import { Settlement } from "./onboarding/settlement.ts";
import { Claims } from "./registration/claims.ts";
import { RegistrationCommands } from "./registration/commands.ts";
import { createOperator, type Operator } from "./operator/create-operator.ts";
import { HoldStore } from "./ownership/hold-store.ts";
import { LineCodesStore } from "./registration/line-codes.ts";
import { NumberAssignments } from "./ownership/number-assignments.ts";
import { RegistrationService } from "./registration/registration-service.ts";
import { SubaccountStore } from "./subaccounts/subaccount-store.ts";
import { VerificationService } from "./registration/verification-service.ts";
import type { RegistrationDeps } from "./registration/step-context.ts";
import { RegistrationWorker } from "./registration/worker.ts";
import { SessionReportStore } from "./signup/session-report-store.ts";
import { SessionReports } from "./signup/session-reports.ts";
import type { SignupSession } from "./signup/signup-session.ts";
import { SessionCreation } from "./signup/session-creation.ts";
import { SessionList } from "./signup/session-list.ts";
import { SignupService } from "./signup/signup-service.ts";
import { SignupSessionStore } from "./signup/signup-session-store.ts";
import { httpSettings, signupSettings } from "./settings.ts";
import { randomId } from "./tokens.ts";
import { AccountsClient } from "./twilio/accounts-client.ts";
import { SendersClient } from "./twilio/senders-client.ts";
import { SubaccountTokens } from "./subaccounts/subaccount-tokens.ts";
import { TwilioTransport } from "./twilio/transport.ts";

/** How long `/ready` waits for the database. */
const READY_TIMEOUT_MS = 2_000;
const SWEEP_INTERVAL_MS = 10_000;

/** All that a running service consists of. */
export interface Deps {
  http: HttpDeps;
  worker: RegistrationWorker;
  codeRelay: RelayRunner;
  operator: Operator;
  /** Asks Twilio and Meta whether they take the configuration. */
  checks: BackgroundChecks;
  /** Those in the shared collection that this service did not write. */
  older: OlderDocuments;
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
  const problemLog = new ProblemLog(logger, clock);
  const integrations = new IntegrationStore(models.integrations);
  const onEnded = (session: SignupSession) => codeRelay.relay.ended(session);
  const sessions = new SignupSessionStore(models.sessions, clock, onEnded);
  const assignments = new NumberAssignments(models.assignments, clock);
  // The worker is made after what it calls; nothing wakes it before the service listens.
  const wakeWorker = () => work.worker.wake();
  const graph = graphClient(config, logger);
  const older = new OlderDocuments(models.integrations);
  const onboardingDeps = { sessions, integrations, older, clock, logger, wakeWorker, ...graph };
  const { settlement, onboarding } = buildOnboarding(config, models, onboardingDeps);
  const registration = registrationDeps(config, { ...outside, clock }, models, assignments);
  const lineLimit = new LineLimit(models.rateLimits, clock);
  const parts = { ...outside, ...registration, sessions, subaccounts: models.subaccounts };
  const codeRelay = createCodeRelay(config, parts);
  const sweep = () =>
    Promise.all([settlement.completeUnsettled(), reports.noteExpired(), codeRelay.runner.sweep()]);
  const around = { logger, integrations, lineLimit };
  const work = buildWork(config, registration, { ...around, sweep, wakeWorker });
  const settings = signupSettings(config);
  const signup = new SignupService({ ...around, sessions, settings, clock });
  const creation = new SessionCreation({ ...around, sessions, settings, clock });
  const store = new SessionReportStore(models.sessions, clock, onEnded);
  const reports = new SessionReports({ signup, store, clock, logger });
  return {
    http: {
      ...httpSettings(config),
      authenticate: createAuthenticator(config.auth, problemLog.bounded),
      problemLog,
      signup,
      creation,
      sessionList: new SessionList(models.sessions, clock),
      keys: new IdempotencyKeys(models.idempotencyKeys, clock),
      reports,
      integrations,
      onboarding,
      commands: work.commands,
      codeRelay: codeRelay.relay,
      webhooks: codeRelay.webhooks,
      rateLimits: models.rateLimits,
      readiness: {
        startedUp: false,
        stopping: false,
        databaseAnswers: () => pingDatabase(connection, READY_TIMEOUT_MS),
      },
      clock,
      logger,
    },
    worker: work.worker,
    codeRelay: codeRelay.runner,
    operator: createOperator({ ...parts, ...registration, ...work, models, signup, wakeWorker }),
    checks: new BackgroundChecks(providerChecks(registration.accounts, graph.graph), logger),
    older,
    ensureIndexes: () => ensureIndexes([...indexedOf(models), codeRelay.model], logger),
  };
}

/** What makes integrations of callbacks. */
function buildOnboarding(
  { registration: { deadlineMs } }: Config,
  { integrations: model, spellings }: Models,
  deps: Omit<OnboardingDeps, "settlement"> & { wakeWorker: () => void },
): { settlement: Settlement; onboarding: OnboardingService } {
  const upsert = new IntegrationUpsert({ ...deps, model, spellings, deadlineMs });
  const settlement = new Settlement({ ...deps, upsert });
  return { settlement, onboarding: new OnboardingService({ ...deps, settlement }) };
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
    lineLimit: LineLimit;
  },
): { worker: RegistrationWorker; commands: RegistrationCommands } {
  const { logger, integrations, sweep, wakeWorker, lineLimit } = around;
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
    lineLimit,
    clock,
    deadlineMs: settings.deadlineMs,
    logger,
    wakeWorker,
  });
  return { worker, commands };
}

/** Only with the app secret, and only Meta's own popup brings a code to prove anything with. */
function graphClient({ meta, signup }: Config, logger: Logger): { graph?: GraphClient } {
  if (signup.mode !== "meta" || !meta.appSecret || !meta.appId) return {};
  const { appId, appSecret, graphBaseUrl: baseUrl, graphVersion: version } = meta;
  return { graph: new GraphClient({ baseUrl, version, appId, appSecret }, logger) };
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
    lineCodes: new LineCodesStore(models.lineCodes, clock),
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
