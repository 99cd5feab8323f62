import type { Clock } from "../clock.ts";
import type { IntegrationStore } from "../integrations/integration-store.ts";
import type { LineLimit } from "../limits/line-limit.ts";
import type { Logger } from "../logger.ts";
import { SessionCreation, type ErasuresUnderWay } from "./session-creation.ts";
import { SessionList } from "./session-list.ts";
import { SessionReportStore } from "./session-report-store.ts";
import { SessionReports } from "./session-reports.ts";
import type { SignupSessionModel } from "./signup-session-model.ts";
import type { SignupSession } from "./signup-session.ts";
import { SignupService, type SignupSettings } from "./signup-service.ts";
import type { SignupSessionStore } from "./signup-session-store.ts";

export interface SignupsDeps {
  settings: SignupSettings;
  model: SignupSessionModel;
  sessions: SignupSessionStore;
  integrations: IntegrationStore;
  lineLimit: LineLimit;
  /** Told of each session that a report ends; must not throw. */
  onEnded: (session: SignupSession) => void;
  erasures: ErasuresUnderWay;
  clock: Clock;
  logger: Logger;
}

/** What stands behind the button and the page. */
export function createSignups(deps: SignupsDeps) {
  const { model, clock, logger, onEnded } = deps;
  const signup = new SignupService(deps);
  const store = new SessionReportStore(model, clock, onEnded);
  return {
    signup,
    creation: new SessionCreation(deps),
    sessionList: new SessionList(model, clock),
    reports: new SessionReports({ signup, store, clock, logger }),
  };
}
