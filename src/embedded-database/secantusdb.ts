import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./cache-dir.ts";
import { run } from "./run.ts";
import type { FindContext, Launch } from "./types.ts";

const VERSION = "0.7.0b3";
const PYTHON_NAMES = ["python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
const FITTING_PYTHON = /^3\.1[0-3]$/;
const PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])";
const CHECK_LIMIT_MS = 60_000;
const INSTALL_LIMIT_MS = 300_000;
const ABANDONED_BUILD_MS = 60 * 60 * 1000;

/** SecantusDB from PyPI, in a virtual environment that all checkouts of this user share. */
export async function findSecantusDb(context: FindContext): Promise<Launch> {
  const cache = await cacheDir(context);
  const venv = join(cache, `secantusdb-${VERSION}-${process.platform}-${process.arch}`);
  if (!(await isUsable(venv, context))) await install(venv, cache, context);
  // Not as the replica set that it says it is by default: its record of retryable writes is sorted
  // anew at each write, and soon takes most of the time.
  const how = ["--standalone", "--sync-on-commit"];
  // The same as bin/secantusd-py, whose first line still names the directory it was built in.
  return (port, storagePath) => ({
    command: pythonOf(venv),
    args: [
      ["-I", "-m", "secantus", "--host", "127.0.0.1", "--port", String(port)],
      ["--storage-path", storagePath, "--log-level", "INFO", ...how],
    ].flat(),
  });
}

function pythonOf(venv: string): string {
  return process.platform === "win32"
    ? join(venv, "Scripts", "python.exe")
    : join(venv, "bin", "python");
}

async function isUsable(venv: string, { env, signal }: FindContext): Promise<boolean> {
  const args = ["-I", "-c", "import secantus.cli, secantus.server"];
  return (await run(pythonOf(venv), args, { env, signal, timeoutMs: CHECK_LIMIT_MS })).ok;
}

/** Builds beside and renames, so that nobody ever sees half an environment. */
async function install(venv: string, cache: string, context: FindContext): Promise<void> {
  context.signal?.throwIfAborted();
  await removeAbandonedBuilds(cache);
  await rm(venv, { recursive: true, force: true });
  const python = await findPython(context);
  const building = await mkdtemp(join(cache, "build-"));
  try {
    await build(building, python, context);
    await rename(join(building, "venv"), venv);
  } catch (error) {
    // Another process may have been faster: then the rename fails, and its environment serves us.
    if (!(await isUsable(venv, context))) throw error;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function findPython({ env, signal }: FindContext): Promise<string> {
  for (const name of PYTHON_NAMES) {
    const args = ["-I", "-c", PRINT_VERSION];
    const { ok, stdout } = await run(name, args, { env, signal, timeoutMs: CHECK_LIMIT_MS });
    if (ok && FITTING_PYTHON.test(stdout.trim())) return name;
  }
  throw new Error("no Python 3.10–3.13 on the PATH");
}

async function build(building: string, python: string, context: FindContext): Promise<void> {
  const { env, logger, signal } = context;
  logger.info(`Installing SecantusDB ${VERSION} from PyPI (about 150 MB, once) …`);
  const venv = join(building, "venv");
  const limits = { env, signal, timeoutMs: INSTALL_LIMIT_MS };
  const created = await run(python, ["-I", "-m", "venv", venv], limits);
  if (!created.ok) throw new Error(`"${python} -m venv" failed: ${created.output}`);
  const installed = await run(
    pythonOf(venv),
    [
      ["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"],
      // Wheels only: where there are none, compiling would take minutes and then fail.
      ["--only-binary", ":all:", `secantusdb==${VERSION}`],
    ].flat(),
    limits,
  );
  if (!installed.ok) throw new Error(`pip install secantusdb failed: ${installed.output}`);
  if (!(await isUsable(venv, context))) throw new Error("the installed SecantusDB does not run");
}

async function removeAbandonedBuilds(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith("build-"));
  for (const path of names.map((name) => join(cache, name))) {
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_BUILD_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
