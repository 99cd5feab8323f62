import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedMongo } from "../../src/embedded-database/embedded.ts";
import { createLogger } from "../../src/logger.ts";
import { tryOut } from "./container.ts";
import { runSteps, type Stage } from "./stages.ts";

const CONTEXT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(CONTEXT, path), "utf8");
const say = (line: string) => process.stdout.write(`${line}\n`);

/** This process's environment without what npm tells its scripts: the steps' npm is another one. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const isNpms = (name: string) =>
    /^npm_(?!config_(registry|userconfig|cafile|cache)$)/i.test(name);
  const kept = Object.entries(process.env).filter(([name]) => !isNpms(name));
  return { ...Object.fromEntries(kept), NODE_ENV: undefined, npm_config_prefer_offline: "true" };
}

/** @throws where packages that only development needs are in the image, or root runs it */
function examine({ root, workdir, user }: Stage): void {
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const tooMuch = Object.entries(lock.packages)
    .filter(([path, { dev }]) => dev === true && existsSync(join(root, workdir, path)))
    .map(([path]) => path);
  if (tooMuch.length > 0) throw new Error(`In the image, and not needed: ${tooMuch.join(", ")}`);
  if (user === "root" || user === "0") throw new Error("The image would run as root.");
}

/** The Dockerfile's steps in empty folders, and then its CMD as it is deployed. */
async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "connect-whatsapp-image-"));
  const into = join(work, "stages");
  mkdirSync(into);
  // The image's own user has to get in.
  chmodSync(work, 0o755);
  const database = await startEmbeddedMongo({
    logger: createLogger("silent"),
    dataDir: join(work, "data"),
  });
  try {
    const image = runSteps({
      context: CONTEXT,
      dockerfile: read("Dockerfile"),
      dockerignore: read(".dockerignore"),
      into,
      args: { GIT_COMMIT: "0123456789abcdef" },
      env: plainEnvironment(),
      tell: say,
    });
    examine(image);
    await tryOut(image, database.uri, say);
    const { stdout } = spawnSync("du", ["-sh", "."], { cwd: join(image.root, image.workdir) });
    say(`The image's own files: ${String(stdout).trim().split("\t")[0]}.`);
  } finally {
    await database.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

await main();
