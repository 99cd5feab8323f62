import type { NumberRelayModel } from "../code-relay/number-relay-model.ts";
import type { PhoneNumberType } from "../config/schema.ts";
import type { Models } from "../models.ts";
import type { Logger } from "../logger.ts";
import { OperatorAssignments } from "../ownership/operator-assignments.ts";
import type { RegistrationCommands } from "../registration/commands.ts";
import { handOver, type HandOverRequest } from "../registration/hand-over.ts";
import type { RegistrationDeps } from "../registration/step-context.ts";
import type { SignupService } from "../signup/signup-service.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import type { ErasureStore } from "./erasure-store.ts";
import { Erasures } from "./erasure.ts";
import { LegacyExamination } from "./legacy-examination.ts";
import { LegacyImports } from "./legacy-imports.ts";
import { OwnerData } from "./owner-data.ts";
import { OwnerExports } from "./owner-export.ts";
import { OperatorDesk } from "./desk.ts";
import { OperatorSearch } from "./search.ts";

/** What the operator asks and decides. */
export interface Operator {
  assignments: OperatorAssignments;
  handOver: (request: HandOverRequest) => ReturnType<typeof handOver>;
  desk: OperatorDesk;
  erasures: Erasures;
  exports: OwnerExports;
  legacy: LegacyImports;
}

export interface OperatorDeps extends RegistrationDeps {
  models: Models;
  relays: NumberRelayModel;
  erasures: ErasureStore;
  phoneNumberType: PhoneNumberType;
  sessions: SignupSessionStore;
  signup: SignupService;
  commands: RegistrationCommands;
  wakeWorker: () => void;
  logger: Logger;
}

/** The operator's functions, made of the service's parts, which do what follows from a decision. */
export function createOperator(deps: OperatorDeps): Operator {
  const { commands, sessions, models, settings, logger } = deps;
  const { deadlineMs } = settings;
  const retry = (userId: string, id: string) => commands.retry(userId, id, {});
  const hasSession = (userId: string) => sessions.hasAny(userId);
  return {
    assignments: new OperatorAssignments({ ...deps, hasSession, retry }),
    handOver: (request) => handOver({ ...deps, deadlineMs, log: logger }, request),
    desk: new OperatorDesk({
      ...deps,
      deadlineMs,
      search: new OperatorSearch(models.integrations, models.sessions),
    }),
    ...createPrivacy(deps),
    legacy: new LegacyImports({
      ...deps,
      deadlineMs,
      examination: new LegacyExamination(deps),
      spellings: models.spellings,
      imports: models.legacyImports,
    }),
  };
}

/** What is done with all that is stored of an owner. */
function createPrivacy(deps: OperatorDeps) {
  const { models, relays, clock, erasures, settings } = deps;
  const { deadlineMs, leaseMs, settleMs, twilioTimeoutMs } = settings;
  return {
    erasures: new Erasures({
      ...deps,
      store: erasures,
      data: new OwnerData(models, relays, clock),
      deadlineMs,
      settleMs: settleMs + twilioTimeoutMs,
      quietMs: leaseMs + settleMs + twilioTimeoutMs,
    }),
    exports: new OwnerExports(deps),
  };
}
