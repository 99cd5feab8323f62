import type { Models } from "../models.ts";
import type { Logger } from "../logger.ts";
import { OperatorAssignments } from "../ownership/operator-assignments.ts";
import type { RegistrationCommands } from "../registration/commands.ts";
import { handOver, type HandOverRequest } from "../registration/hand-over.ts";
import type { RegistrationDeps } from "../registration/step-context.ts";
import type { SignupService } from "../signup/signup-service.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import { OperatorDesk } from "./desk.ts";
import { presentState, type PresentState } from "./present-state.ts";
import { OperatorSearch } from "./search.ts";

/** What the operator asks and decides. */
export interface Operator {
  assignments: OperatorAssignments;
  /** @returns who lets go, and who gets it. @throws ProblemError as handOver */
  handOver: (request: HandOverRequest) => Promise<{ from: PresentState[]; target: PresentState }>;
  desk: OperatorDesk;
}

export interface OperatorDeps extends RegistrationDeps {
  models: Models;
  sessions: SignupSessionStore;
  signup: SignupService;
  commands: RegistrationCommands;
  wakeWorker: () => void;
  logger: Logger;
}

/** The operator's functions, made of the service's parts, which do what follows from a decision. */
export function createOperator(deps: OperatorDeps): Operator {
  const { commands, sessions, models, settings, logger, clock } = deps;
  const { deadlineMs } = settings;
  const retry = (userId: string, id: string) => commands.retry(userId, id, {});
  const hasSession = (userId: string) => sessions.hasAny(userId);
  return {
    assignments: new OperatorAssignments({ ...deps, hasSession, retry }),
    handOver: async (request) => {
      const { from, target } = await handOver({ ...deps, deadlineMs, log: logger }, request);
      const now = clock.now();
      return { from: from.map((one) => presentState(one, now)), target: presentState(target, now) };
    },
    desk: new OperatorDesk({
      ...deps,
      deadlineMs,
      search: new OperatorSearch(models.integrations, models.sessions),
    }),
  };
}
