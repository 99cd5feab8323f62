import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { ConfigError, parseConfig, type Config } from "../config/config.ts";
import { newConnection, openConnection } from "../database/connect.ts";
import { buildDeps } from "../deps.ts";
import { createLogger, type Logger } from "../logger.ts";
import { withDatabase } from "../ops/with-database.ts";
import { toReport, type DoctorReport } from "./doctor.ts";
import { reportText } from "./report-text.ts";

/** Where the report and everything else is written; texts end with a line break. */
export interface DoctorOutput {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether a person reads `out`, who likes colours. */
  isTerminal: boolean;
}

const USAGE = "Usage: npm run doctor [-- --json]\n";
const CONNECT_LIMIT_MS = 5_000;

/**
 * Checks an installation, configured as the service is. The report goes to `out`: a table, or JSON
 * with `--json`.
 * @returns the exit code: 0, 1 where a check failed, 2 where the command was typed wrongly
 */
export async function runDoctor(
  typed: readonly string[],
  env: Record<string, string | undefined>,
  { out, err, isTerminal }: DoctorOutput,
): Promise<number> {
  let json: boolean | undefined;
  try {
    ({ json } = parseArgs({ args: [...typed], options: { json: { type: "boolean" } } }).values);
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  const report = await examine(env, createLogger("silent"));
  out(json ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report, isTerminal));
  return report.outcome === "fail" ? 1 : 0;
}

/** A configuration that cannot be read is a report too: of it alone. */
async function examine(
  env: Record<string, string | undefined>,
  logger: Logger,
): Promise<DoctorReport> {
  let config: Config;
  try {
    config = parseConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return toReport(
      error.problems.map(({ variable, problem }) => ({
        check: "configuration",
        outcome: "fail",
        message: `${variable} ${problem}`,
      })),
      systemClock.now(),
    );
  }
  return examineConfigured(config, logger);
}

async function examineConfigured(config: Config, logger: Logger): Promise<DoctorReport> {
  const connection = newConnection();
  const { doctor } = buildDeps(config, { connection, logger });
  let report: DoctorReport | undefined;
  let failure = "it was not opened";
  try {
    await withDatabase(config.mongodbUri, logger, async (uri) => {
      await openConnection(connection, uri, { logger, totalLimitMs: CONNECT_LIMIT_MS });
      report = await doctor.examine();
      await connection.close();
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return report ?? doctor.examine(failure);
}
