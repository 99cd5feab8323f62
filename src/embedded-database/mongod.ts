import { resolve } from "node:path";
import type { FindContext, Launch } from "./types.ts";
import { run } from "./run.ts";

const VERSION_LIMIT_MS = 10_000;

/** The command line of a mongod binary. */
export function mongodLaunch(binary: string): Launch {
  return (port, storagePath) => ({
    command: binary,
    args: [
      ["--dbpath", storagePath],
      ["--bind_ip", "127.0.0.1"],
      ["--port", String(port)],
      ["--wiredTigerCacheSizeGB", "0.25"],
      process.platform === "win32" ? [] : ["--nounixsocket"],
    ].flat(),
  });
}

/** The mongod that MONGOMS_SYSTEM_BINARY names, else the one on the PATH. */
export async function findMongod({ env, logger, signal }: FindContext): Promise<Launch> {
  const named = env["MONGOMS_SYSTEM_BINARY"];
  // The database runs in the data directory, where a relative path would mean another file.
  const binary = named ? resolve(named) : "mongod";
  const limits = { env, timeoutMs: VERSION_LIMIT_MS, signal };
  const { ok, output } = await run(binary, ["--version"], limits);
  if (ok) return mongodLaunch(binary);
  if (named) logger.warn({ binary, output }, "MONGOMS_SYSTEM_BINARY does not run");
  throw new Error(`${binary} is not installed or does not run`);
}
