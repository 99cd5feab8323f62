import { ConfigError } from "./config/config.ts";
import { createLogger } from "./logger.ts";

/** Why the service did not start, in words for the person who started it. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const where = port === undefined ? "" : ` ${port}`;
  if (code === "EADDRINUSE") {
    return `Port${where} is taken by another program. End it, or set PORT to a free one.`;
  }
  if (code === "EACCES" && port !== undefined) {
    return `Port${where} may not be used by this user. Set PORT to one above 1023.`;
  }
  return `The service could not start: ${error instanceof Error ? error.message : String(error)}`;
}

/** Says it as a line of the log, or, where a person reads along, as plain text. */
export function tellFailedStart(error: unknown, isTerminal: boolean): void {
  const message = startFailure(error);
  if (isTerminal) {
    process.stderr.write(`\n${message}\n`);
    return;
  }
  const logger = createLogger("info");
  if (error instanceof ConfigError) logger.fatal({ problems: error.problems }, message);
  else logger.fatal({ err: error }, message);
}
