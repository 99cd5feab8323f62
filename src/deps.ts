import { hostname } from "node:os";
import type { Connection } from "mongoose";
import { BackgroundChecks } from "./checks/background-checks.ts";
import { providerChecks } from "./checks/provider-checks.ts";
import { systemClock, type Clock } from "./clock.ts";
import { createCodeRelay } from "./code-relay/create-code-relay.ts";
import type { RelayScheduler } from "./code-relay/relay-scheduler.ts";
import type { Config } from "./config/config.ts";
import { pingDatabase } from "./database/connect.ts";
import { ensureIndexes } from "./database/indexes.ts";
import { createDoctor, type DoctorDeps } from "./doctor/create-doctor.ts";
import type { Doctor } from "./doctor/doctor.ts";
import { Probe } from "./doctor/probe.ts";
import { createAuthenticator } from "./http/middleware/authenticator.ts";
import type { HttpDeps, OperatorEndpoints } from "./http/http-deps.ts";
import type { Readiness } from "./http/system/get-ready.ts";
import { ProblemLog } from "./http/middleware/problem-log.ts";
import { IdempotencyKeys } from "./idempotency/idempotency-keys.ts";
import { IntegrationStore } from "./integrations/integration-store.ts";
import { LineLimit } from "./limits/line-limit.ts";
import { OlderDocuments } from "./integrations/older-documents.ts";
import type { Logger } from "./logger.ts";
import { DatabaseGauges } from "./metrics/database-gauges.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { observedLogger } from "./metrics/observed-logger.ts";
import { PrometheusMetrics } from "./metrics/prometheus.ts";
import { buildModels, indexedOf, type Models } from "./models.ts";
import { IntegrationUpsert } from "./onboarding/integration-upsert.ts";
import { OnboardingService, type OnboardingDeps } from "./onboarding/onboarding-service.ts";
import { Settlement } from "./onboarding/settlement.ts";
import { Quotas } from "./limits/quotas.ts";
import { Claims } from "./registration/claims.ts";
import { RegistrationCommands } from "./registration/commands.ts";
import { ErasureStore } from "./operator/erasure-store.ts";
import { createOperator, type Operator } from "./operator/create-operator.ts";
import { graphClient, registrationDeps } from "./registration-deps.ts";
import { RegistrationService } from "./registration/registration-service.ts";
import { VerificationService } from "./registration/verification-service.ts";
import type { RegistrationDeps } from "./registration/step-context.ts";
import { RegistrationWorker } from "./registration/worker.ts";
import type { SignupSession } from "./signup/signup-session.ts";
import { createSignups } from "./signup/create-signups.ts";
import { SignupSessionStore } from "./signup/signup-session-store.ts";
import { httpSettings, operatorSettings, signupSettings } from "./settings.ts";
import { sweepAll } from "./sweep.ts";
import { randomId } from "./tokens.ts";

/** How long `/ready` waits for the database. */
const READY_TIMEOUT_MS = 2_000;
const SWEEP_INTERVAL_MS = 10_000;

/** All that a running service consists of. */
export interface Deps {
  http: HttpDeps;
  worker: RegistrationWorker;
  codeRelay: RelayScheduler;
  operator: Operator;
  /** Looks whether all this can work. */
  doctor: Doctor;
  metrics: Metrics;
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
export function buildDeps(config: Config, given: Outside): Deps {
  const { connection, clock = systemClock } = given;
  const metrics = new PrometheusMetrics(config.commit);
  const logger = observedLogger(given.logger, metrics);
  const outside = { ...given, clock, logger };
  const models = buildModels(connection);
  const integrations = new IntegrationStore(models.integrations);
  const onEnded = (session: SignupSession) => codeRelay.relay.ended(session);
  const sessions = new SignupSessionStore(models.sessions, clock, onEnded);
  // The worker is made after what it calls; nothing wakes it before the service listens.
  const wakeWorker = () => work.worker.wake();
  const graph = graphClient(config, logger);
  const older = new OlderDocuments(models.integrations);
  const onboardingDeps = { sessions, integrations, older, clock, logger, wakeWorker, ...graph };
  const { settlement, onboarding } = buildOnboarding(config, models, onboardingDeps);
  const registration = registrationDeps(config, outside, models);
  const quotas = new Quotas({ ...registration, ...config.signup, logger });
  const around = { logger, integrations, lineLimit: new LineLimit(models.rateLimits, clock) };
  const erasures = new ErasureStore(models.erasures, clock);
  const own = { sessions, erasures, clock, onEnded, settings: signupSettings(config) };
  const signups = createSignups({ ...around, ...own, model: models.sessions });
  const { subaccounts, rateLimits } = models;
  const codeRelay = createCodeRelay(config, { ...outside, ...registration, sessions, subaccounts });
  const sweep = () =>
    sweepAll({ settlement, ...signups, ...codeRelay, quotas, erasures: operator.erasures });
  const work = buildWork(config, registration, { ...around, sweep, wakeWorker, metrics });
  const indexed = [...indexedOf(models), codeRelay.model];
  const kept = { connection, indexed, older, rateLimits, quotas, subaccountRecords: subaccounts };
  const doing = { ...own, ...registration, ...work, ...signups, logger, wakeWorker };
  const stored = { models, relays: codeRelay.model, opsTokens: config.opsTokens };
  const operator = createOperator({ ...own.settings, ...doing, ...stored });
  const operation = buildOperation(config, { ...registration, ...graph, ...kept, metrics, logger });
  return {
    http: {
      ...httpSettings(config),
      ...buildCallers(config, outside),
      ...signups,
      keys: new IdempotencyKeys(models.idempotencyKeys, clock),
      integrations,
      onboarding,
      commands: work.commands,
      codeRelay: codeRelay.relay,
      webhooks: codeRelay.webhooks,
      rateLimits,
      quotas,
      readiness: buildReadiness(connection, work.worker),
      metrics,
      operator: { ...operation, ...operator },
      clock,
      logger,
    },
    worker: work.worker,
    codeRelay: codeRelay.scheduler,
    operator,
    checks: new BackgroundChecks(providerChecks(registration.accounts, graph.graph), logger),
    older,
    doctor: operation.doctor,
    metrics,
    ensureIndexes: () => ensureIndexes(indexed, logger),
  };
}

/** Who calls, and the lines about who is kept out. */
function buildCallers({ auth }: Config, { logger, clock }: { logger: Logger; clock: Clock }) {
  const problemLog = new ProblemLog(logger, clock);
  return { problemLog, authenticate: createAuthenticator(auth, problemLog.bounded) };
}

function buildReadiness(connection: Connection, worker: RegistrationWorker): Readiness {
  return {
    startedUp: false,
    stopping: false,
    databaseAnswers: () => pingDatabase(connection, READY_TIMEOUT_MS),
    worker: () => worker.state,
  };
}

/** What the operator asks of a running service. */
function buildOperation(
  config: Config,
  deps: Omit<DoctorDeps, "probe"> & RegistrationDeps & { metrics: PrometheusMetrics },
): Omit<OperatorEndpoints, keyof Operator> {
  const probe = new Probe(config.twilio.authToken);
  const gauges = new DatabaseGauges(deps.integrations, deps.quotas, deps.clock);
  return {
    ...operatorSettings(config),
    doctor: createDoctor(config, { ...deps, probe }),
    probe,
    scrape: () => deps.metrics.scrape(gauges),
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
    metrics: Metrics;
    wakeWorker: () => void;
    lineLimit: LineLimit;
  },
): { worker: RegistrationWorker; commands: RegistrationCommands } {
  const { logger, integrations, sweep, wakeWorker, lineLimit, metrics } = around;
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
    metrics,
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
