import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";

const READY_LIMIT_MS = 60_000;
const END_LIMIT_MS = 10_000;
const OUTPUT_TAIL_CHARS = 4_000;
const READY = /waiting for connections|secantus listening on/i;
const PORT_IN_USE = /address already in use/i;
const DATA_IN_USE = /DBPathInUse|already being managed by another process|unable to lock/i;

/**
 * Stands between us and the database and holds a pipe from us. When the pipe closes, because we
 * stop or because we were killed, it ends the database. JavaScript as text, since it must run
 * without whatever loads TypeScript here.
 */
const guardScript = (endLimitMs: number) => `
  const { spawn } = require("node:child_process");
  const [command, ...args] = process.argv.slice(1);
  const database = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  database.on("error", (error) => { console.error(error.message); process.exit(1); });
  database.on("exit", (code) => process.exit(code ?? 1));
  const end = () => {
    database.kill("SIGTERM");
    setTimeout(() => database.kill("SIGKILL"), ${endLimitMs});
  };
  process.once("SIGTERM", end);
  process.stdin.once("close", end).resume();`;

/** The database did not become ready. The message is the end of its output. */
export class DatabaseExitError extends Error {
  override name = "DatabaseExitError";
  /** Because another process runs on the same data. */
  readonly dataInUse: boolean;
  /** Because another process listens on the port. */
  readonly portInUse: boolean;

  constructor(output: string) {
    super(output.trim() || "it ended without a word");
    this.dataInUse = DATA_IN_USE.test(output);
    this.portInUse = PORT_IN_USE.test(output);
  }
}

/** A database that is ready. */
export interface DatabaseProcess {
  stop(): Promise<void>;
}

/** What to run. */
export interface DatabaseCommand {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logger: Logger;
  /** How long the database may take to end before it is killed, milliseconds. */
  endLimitMs?: number;
  /** Ends one that is not ready yet. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs a database until `stop` or the end of this process, and waits until it is ready.
 * @throws {DatabaseExitError} it ended instead, or was ended because it took too long
 */
export async function runDatabase(options: DatabaseCommand): Promise<DatabaseProcess> {
  const { NODE_OPTIONS: _ours, ...env } = options.env;
  const script = guardScript(options.endLimitMs ?? END_LIMIT_MS);
  const guard = spawn(process.execPath, ["-e", script, "--", options.command, ...options.args], {
    cwd: options.cwd,
    env,
    stdio: ["pipe", "pipe", "pipe"],
    // Out of the terminal's process group: Ctrl-C is for the service, which stops the database last.
    detached: true,
  });
  // The pipe breaks when the guard ends first, which its exit event reports.
  guard.stdin.on("error", () => undefined);
  const output = new Output(guard);
  await untilReady(guard, output, options.signal);

  let stopping: Promise<void> | undefined;
  guard.once("exit", () => {
    if (stopping) return;
    options.logger.error({ output: output.tail }, "Embedded MongoDB ended unexpectedly");
  });
  return { stop: () => (stopping ??= end(guard)) };
}

/** Reads on for as long as the database runs, since a full pipe would stop it. */
class Output {
  tail = "";
  readonly ready: Promise<"ready">;

  constructor(guard: ChildProcess) {
    this.ready = new Promise((resolve) => {
      for (const stream of [guard.stdout, guard.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          const recent = this.tail + text;
          if (READY.test(recent)) resolve("ready");
          this.tail = recent.slice(-OUTPUT_TAIL_CHARS);
        });
      }
    });
  }
}

async function untilReady(
  guard: ChildProcess,
  output: Output,
  aborted?: AbortSignal,
): Promise<void> {
  const limit = new AbortController();
  const { signal } = limit;
  const ended = once(guard, "close", { signal }).then(() => "ended" as const);
  const late = delay(READY_LIMIT_MS, "late" as const, { signal });
  const unwanted = aborted
    ? [aborted.aborted ? "unwanted" : once(aborted, "abort", { signal }).then(() => "unwanted")]
    : [];
  const outcome = await Promise.race([output.ready, ended, late, ...unwanted]);
  limit.abort();
  if (outcome === "unwanted") {
    await end(guard);
    throw new DatabaseExitError("it is no longer wanted");
  }
  if (outcome === "ended") throw new DatabaseExitError(output.tail);
  if (outcome === "late") {
    await end(guard);
    throw new DatabaseExitError(`not ready after ${READY_LIMIT_MS / 1000} s: ${output.tail}`);
  }
}

/** Closing its pipe is the guard's signal to end the database. */
async function end(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  const exited = once(guard, "exit");
  guard.stdin?.end();
  await exited;
}
