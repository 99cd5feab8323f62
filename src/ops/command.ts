import type { Deps } from "../deps.ts";

/** A mistake in the command itself: what is printed is what is wrong, and the usage. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Every option that a command may have; which of them it takes is its own to say. */
export const OPS_OPTIONS = {
  user: { type: "string" },
  to: { type: "string" },
  reason: { type: "string" },
  "new-owner": { type: "boolean" },
  status: { type: "string" },
  step: { type: "string" },
  "waiting-for": { type: "string" },
  code: { type: "string" },
  since: { type: "string" },
  wait: { type: "boolean" },
  apply: { type: "boolean" },
  undo: { type: "boolean" },
  number: { type: "string" },
  waba: { type: "string" },
  subaccount: { type: "string" },
  json: { type: "boolean" },
} as const;

/** What was typed after the command's name. */
export interface OpsArguments {
  positionals: readonly string[];
  options: {
    [K in keyof typeof OPS_OPTIONS]?: (typeof OPS_OPTIONS)[K]["type"] extends "boolean"
      ? boolean
      : string;
  };
}

/** The service's parts, on its database, and the operator's terminal. */
export interface OpsContext {
  deps: Deps;
  /** One line of the result. */
  print: (line: string) => void;
  /** One line that the operator must not miss. */
  warn: (line: string) => void;
}

/** One of the operator's commands. */
export interface OpsCommand {
  /** Its line in the help and, indented below it, what it does. */
  usage: string;
  /**
   * Reads what was typed, before the database is opened.
   * @returns what is then done; an error that it throws is printed and ends the process with 1
   * @throws UsageError
   */
  read(args: OpsArguments): (context: OpsContext) => Promise<void>;
}
