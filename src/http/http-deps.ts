import type { CodeRelay } from "../code-relay/code-relay.ts";
import type { TwilioWebhooks } from "../code-relay/twilio-webhooks.ts";
import type { Doctor } from "../doctor/doctor.ts";
import type { Probe } from "../doctor/probe.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { OnboardingService } from "../onboarding/onboarding-service.ts";
import type { RateLimitModel } from "../limits/shared-counter.ts";
import type { RegistrationCommands } from "../registration/commands.ts";
import type { IdempotencyKeys } from "../idempotency/idempotency-keys.ts";
import type { Operator } from "../operator/create-operator.ts";
import type { SessionCreation } from "../signup/session-creation.ts";
import type { SessionList } from "../signup/session-list.ts";
import type { SessionReports } from "../signup/session-reports.ts";
import type { Authenticate } from "./middleware/authenticator.ts";
import type { RequestMetrics } from "./middleware/access-log.ts";
import type { OperatorSettings } from "./middleware/operator.ts";
import type { Scrape } from "./operator/get-metrics.ts";
import type { Readiness } from "./system/get-ready.ts";
import type { PageDeps } from "./signup/get-signup.ts";

/** What stands behind the operator's endpoints. */
export interface OperatorEndpoints extends OperatorSettings, Operator {
  doctor: Doctor;
  probe: Probe;
  scrape: Scrape;
  /** The commit that runs, where it is known. */
  commit?: string;
}

/** What the endpoints need; the composition root fills it. */
export interface HttpDeps extends PageDeps {
  integrations: IntegrationStore;
  creation: SessionCreation;
  sessionList: SessionList;
  keys: IdempotencyKeys;
  reports: SessionReports;
  onboarding: OnboardingService;
  commands: RegistrationCommands;
  codeRelay: CodeRelay;
  webhooks: TwilioWebhooks;
  authenticate: Authenticate;
  readiness: Readiness;
  metrics: RequestMetrics;
  operator: OperatorEndpoints;
  rateLimits: RateLimitModel;
  /** New senders know where inbound messages go. */
  receivesMessages: boolean;
  allowedCorsOrigins: readonly string[];
  /** Proxies in front of the service. */
  trustProxy: number;
}
