import { parseArgs } from "node:util";
import { config as loadDotenv } from "dotenv";
import { systemClock } from "../clock.ts";
import { parseConfig } from "../config.ts";
import { connectDatabase } from "../database/connect.ts";
import { EmbeddedMongoInUseError, startEmbeddedMongo } from "../database/embedded.ts";
import { createLogger } from "../logger.ts";
import { canonicalPhoneNumber } from "../phone-number.ts";
import { runHandOver } from "./hand-over.ts";
import { NumberAssignments, numberAssignmentModel } from "../registration/number-assignments.ts";

const USAGE = `Usage:
  npm run ops -- assign +5511987654321 --user OWNER
      The number, which sits in your Twilio account, may be moved into OWNER's subaccount.
  npm run ops -- hand-over +5511987654321 --to INTEGRATION --reason "why"
  npm run ops -- hand-over WABA --to INTEGRATION --reason "why"
      Whoever has the number or the WABA now is disconnected; then INTEGRATION is tried again.
`;

/** A mistake in the command itself. */
class UsageError extends Error {}

/** The operator's commands: configured as the service is, on the same database. */
async function main(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { user: { type: "string" }, to: { type: "string" }, reason: { type: "string" } },
  });
  const [command, number] = positionals;
  if (command === "hand-over") return handOver(number, values);
  if (command !== "assign" || !number || !values.user) throw new UsageError(USAGE);
  const phoneNumber = canonicalPhoneNumber(number);
  if (!phoneNumber) throw new UsageError(`${number} is not a phone number in E.164.\n${USAGE}`);
  loadDotenv({ quiet: true });
  const { mongodbUri } = parseConfig(process.env);
  await withDatabase(mongodbUri, async (uri) => {
    const connection = await connectDatabase(uri, { logger: createLogger("warn") });
    try {
      const assignments = new NumberAssignments(numberAssignmentModel(connection), systemClock);
      await assignments.assign(phoneNumber, values.user ?? "");
    } finally {
      await connection.close();
    }
  });
  process.stdout.write(`${phoneNumber} is assigned to ${values.user}.\n`);
}

async function handOver(
  what: string | undefined,
  { to, reason }: { to?: string | undefined; reason?: string | undefined },
): Promise<void> {
  if (!what || !to || !reason) throw new UsageError(USAGE);
  loadDotenv({ quiet: true });
  const { mongodbUri, registration } = parseConfig(process.env);
  // The decision itself is a line of the log, beside what a person reads.
  const log = createLogger("info");
  await withDatabase(mongodbUri, async (uri) => {
    const connection = await connectDatabase(uri, { logger: createLogger("warn") });
    try {
      const { deadlineMs } = registration;
      const say = (text: string) => void process.stdout.write(text);
      await runHandOver({ connection, deadlineMs, log }, { what, to, reason }, say);
    } finally {
      await connection.close();
    }
  });
}

/** The configured database, else the embedded one, which a running service shares. */
async function withDatabase(
  configured: string | undefined,
  use: (uri: string) => Promise<void>,
): Promise<void> {
  if (configured) return use(configured);
  try {
    const embedded = await startEmbeddedMongo({
      logger: createLogger("warn"),
      predecessorLimitMs: 0,
    });
    try {
      return await use(embedded.uri);
    } finally {
      await embedded.stop();
    }
  } catch (error) {
    if (error instanceof EmbeddedMongoInUseError && error.uri) return use(error.uri);
    throw error;
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
