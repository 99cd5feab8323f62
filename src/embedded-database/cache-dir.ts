import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { FindContext } from "./types.ts";

/**
 * Where things are kept that every checkout of this user can share, such as installed databases.
 * The data directory, where the user has no home that can be written to.
 */
export async function cacheDir({ env, dataDir }: FindContext): Promise<string> {
  const own = join(userCacheDir(env), "connect-whatsapp");
  try {
    await mkdir(own, { recursive: true });
    return own;
  } catch {
    const beside = join(dataDir, "cache");
    await mkdir(beside, { recursive: true });
    return beside;
  }
}

function userCacheDir(env: NodeJS.ProcessEnv): string {
  if (env["XDG_CACHE_HOME"]) return env["XDG_CACHE_HOME"];
  const home = env["HOME"] || homedir();
  if (process.platform === "darwin") return join(home, "Library", "Caches");
  if (process.platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  return join(home, ".cache");
}
