import { parseArgs } from "node:util";
import { parseConfig } from "../config/config.ts";
import { connectDatabase } from "../database/connect.ts";
import { buildDeps } from "../deps.ts";
import { createLogger } from "../logger.ts";
import { operatorAtService } from "./at-service.ts";
import { OPS_OPTIONS, UsageError, type OpsArguments, type OpsCommand } from "./command.ts";
import { OPS_COMMANDS, opsUsage } from "./commands.ts";
import type { OperatorDoors } from "./operator-doors.ts";
import { serviceAddress } from "./service-address.ts";
import { withDatabase } from "./with-database.ts";

/** Where the result and everything else is written; texts end with a line break. */
export interface OpsOutput {
  out: (text: string) => void;
  err: (text: string) => void;
}

/**
 * Runs one of the operator's commands, configured as the service is and on the same database, or at a
 * running service. The result goes to `out`; warnings, errors and the service's log lines go to `err`.
 * @returns the exit code: 0, 1 where it failed, 2 where it was typed wrongly
 */
export async function runOps(
  typed: readonly string[],
  env: Record<string, string | undefined>,
  { out, err }: OpsOutput,
): Promise<number> {
  try {
    const { command, args } = readArguments(typed);
    const act = command.read(args);
    const terminal = {
      print: (line: string) => out(`${line}\n`),
      warn: (line: string) => err(`Warning: ${line}\n`),
    };
    const { url } = args.options;
    if (url === undefined) {
      await onDatabase(env, err, (operator) => act({ deps: { operator }, ...terminal }));
    } else {
      const operator = operatorAtService(serviceAddress(url, env));
      await act({ deps: { operator }, ...terminal });
    }
    return 0;
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof UsageError)) return 1;
    err(opsUsage());
    return 2;
  }
}

/** With the parts of the service, on its database. */
async function onDatabase(
  env: Record<string, string | undefined>,
  err: OpsOutput["err"],
  use: (operator: OperatorDoors) => Promise<void>,
): Promise<void> {
  const config = parseConfig(env);
  const quiet = createLogger("warn", { write: err });
  await withDatabase(config.mongodbUri, quiet, async (uri) => {
    const connection = await connectDatabase(uri, { logger: quiet });
    try {
      const logger = createLogger(config.logLevel, { write: err });
      await use(buildDeps(config, { connection, logger }).operator);
    } finally {
      await connection.close();
    }
  });
}

/** @throws UsageError */
function readArguments(typed: readonly string[]): { command: OpsCommand; args: OpsArguments } {
  const { values, positionals } = parse(typed);
  const [name = "", ...rest] = positionals;
  const command = Object.hasOwn(OPS_COMMANDS, name) ? OPS_COMMANDS[name] : undefined;
  if (!command) throw new UsageError(name === "" ? "Which command?" : `No command "${name}".`);
  return { command, args: { positionals: rest, options: values } };
}

function parse(typed: readonly string[]) {
  try {
    return parseArgs({ args: [...typed], allowPositionals: true, options: OPS_OPTIONS });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
