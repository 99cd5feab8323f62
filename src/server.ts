import { config as loadDotenv } from "dotenv";
import { parseConfig } from "./config/config.ts";
import { tellFailedStart } from "./failed-start.ts";
import { createLogger } from "./logger.ts";
import { startService } from "./service.ts";

/** A platform ends a process by SIGTERM and asks it meanwhile; a person at a keyboard just ends it. */
const NOTICE_MS = { SIGTERM: 1_000, SIGINT: 0 } as const;

/** The process: configuration from the environment and `.env`, signals, exit codes. */
async function main(): Promise<void> {
  loadDotenv({ quiet: true });
  const config = parseConfig(process.env);
  const logger = createLogger(config.logLevel);
  const starting = new AbortController();
  const started = startService(config, logger, { signal: starting.signal });
  let stopping: Promise<void> | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      starting.abort(signal);
      stopping ??= started.then(
        (service) => service.stop(signal, NOTICE_MS[signal]),
        // A start that was given up has stopped itself.
        () => undefined,
      );
      stopping.then(
        () => process.exit(0),
        (error: unknown) => {
          logger.fatal({ err: error }, "The service could not stop in order");
          process.exit(1);
        },
      );
    });
  }
  await started.catch((error: unknown) => {
    if (!starting.signal.aborted) throw error;
  });
}

try {
  await main();
} catch (error) {
  tellFailedStart(error, process.stdout.isTTY);
  process.exit(1);
}
