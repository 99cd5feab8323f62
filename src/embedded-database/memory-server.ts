import { stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheDir } from "./cache-dir.ts";
import { mongodLaunch } from "./mongod.ts";
import { run, type RunOptions } from "./run.ts";
import type { FindContext, Launch } from "./types.ts";

const LOCATE_LIMIT_MS = 10_000;
const DOWNLOAD_LIMIT_MS = 600_000;
/** The library shows its progress every 2 s; a network that swallows packets shows none. */
const DOWNLOAD_SILENCE_MS = 20_000;
const FAILED_DOWNLOAD_KEPT_MS = 24 * 60 * 60 * 1000;
/** As the library reads its variables. */
const YES = /^(1|on|yes|true)$/i;

/**
 * The library runs in a process of its own, so that a download can be ended when it takes too long
 * and its progress does not go to our stdout.
 */
const PRINT_BINARY = `
  const { MongoBinary } = require(process.argv[1]);
  MongoBinary.getPath().then(
    (path) => console.log("\\nfound:" + path),
    (error) => { console.error(error.message); process.exit(1); },
  );`;

/** The mongod of mongodb-memory-server, downloaded if need be. A failure is remembered for a day. */
export async function findMemoryServer(context: FindContext): Promise<Launch> {
  const library = libraryPath();
  if (!library) throw new Error("the package mongodb-memory-server-core is not installed");
  const located = await printBinary(library, context, {
    change: { MONGOMS_RUNTIME_DOWNLOAD: "false" },
    timeoutMs: LOCATE_LIMIT_MS,
  });
  return mongodLaunch(located.path ?? (await download(library, context)));
}

/** Installed for development only, so a production image goes without. */
function libraryPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("mongodb-memory-server-core");
  } catch {
    return undefined;
  }
}

async function download(library: string, context: FindContext): Promise<string> {
  const { env, logger } = context;
  const allowed = env["MONGOMS_RUNTIME_DOWNLOAD"];
  if (allowed && !YES.test(allowed)) throw new Error("MONGOMS_RUNTIME_DOWNLOAD forbids a download");
  const failedFile = join(await cacheDir(context), "mongod-download-failed");
  if (await isRecent(failedFile)) {
    throw new Error(`a download failed less than a day ago; delete ${failedFile} to try again`);
  }
  logger.info("Downloading mongod (about 100 MB, once) …");
  const { path, output } = await printBinary(library, context, {
    // One repetition only: where the download is blocked, the usual number takes 7 s.
    change: { MONGOMS_MAX_RETRIES: env["MONGOMS_MAX_RETRIES"] ?? "2" },
    timeoutMs: DOWNLOAD_LIMIT_MS,
    silenceMs: DOWNLOAD_SILENCE_MS,
    onStdout: (text) => logger.info(text.trim()),
  });
  if (path) return path;
  context.signal?.throwIfAborted();
  logger.info("mongod cannot be downloaded here");
  await writeFile(failedFile, output);
  throw new Error(`download failed: ${output}`);
}

async function isRecent(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < FAILED_DOWNLOAD_KEPT_MS;
}

async function printBinary(
  library: string,
  { env, signal }: FindContext,
  { change, ...options }: { change: NodeJS.ProcessEnv } & Omit<RunOptions, "env" | "signal">,
): Promise<{ path: string | undefined; output: string }> {
  const { MONGOMS_SYSTEM_BINARY: _alreadyTried, NODE_OPTIONS: _ours, ...rest } = env;
  const { stdout, output } = await run(process.execPath, ["-e", PRINT_BINARY, library], {
    ...options,
    signal,
    env: { ...rest, ...change },
  });
  return { path: /^found:(.+)$/m.exec(stdout)?.[1], output };
}
