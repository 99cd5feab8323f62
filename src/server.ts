import { config as loadDotenv } from "dotenv";
import { parseConfig } from "./config/config.ts";
import { tellFailedStart } from "./failed-start.ts";
import { createLogger, type Logger } from "./logger.ts";
import { startService, type Service } from "./service.ts";

/** A platform ends a process by SIGTERM and asks it meanwhile; a person at a keyboard just ends it. */
const NOTICE_MS = { SIGTERM: 1_000, SIGINT: 0 } as const;

/** The process: configuration from the environment and `.env`, signals, exit codes. */
async function main(): Promise<void> {
  loadDotenv({ quiet: true });
  const config = parseConfig(process.env);
  const logger = createLogger(config.logLevel);
  const starting = new AbortController();
  const started = startService(config, logger, { signal: starting.signal });
  endAtFaults(logger, started);
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

/**
 * An error that nobody caught leaves the process in a state that nobody knows, so it ends, and the
 * platform starts another; what it had under way is free before that.
 */
function endAtFaults(logger: Logger, started: Promise<Service>): void {
  let service: Service | undefined;
  let isEnding = false;
  started.then(
    (running) => (service = running),
    () => undefined,
  );
  const end = async (error: unknown) => {
    logger.fatal({ err: error }, "An error that nobody caught: the process ends");
    if (isEnding) return;
    isEnding = true;
    await service?.abandon();
    process.exit(1);
  };
  process.on("uncaughtException", (error) => void end(error));
  process.on("unhandledRejection", (reason) => void end(reason));
}

try {
  await main();
} catch (error) {
  tellFailedStart(error, process.stdout.isTTY);
  process.exit(1);
}
