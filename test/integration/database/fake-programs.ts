import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A machine with exactly the programs that a test puts there, and its own cache and data. */
export interface FakeMachine {
  dir: string;
  dataDir: string;
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  /** Puts a program on the PATH: the body of a Node script. Returns its path. */
  install(name: string, script: string): Promise<string>;
}

export async function fakeMachine(): Promise<FakeMachine> {
  const dir = await mkdtemp(join(tmpdir(), "connect-whatsapp-machine-"));
  const cacheDir = join(dir, "cache", "connect-whatsapp");
  const bin = join(dir, "bin");
  await mkdir(bin);
  await mkdir(cacheDir, { recursive: true });
  return {
    dir,
    dataDir: join(dir, "data"),
    cacheDir,
    env: {
      PATH: bin,
      XDG_CACHE_HOME: join(dir, "cache"),
      MONGOMS_DOWNLOAD_DIR: join(dir, "binaries"),
      MONGOMS_RUNTIME_DOWNLOAD: "false",
    },
    async install(name, script) {
      const path = join(bin, name);
      await writeFile(path, `#!${process.execPath}\n${script}`);
      await chmod(path, 0o755);
      return path;
    },
  };
}

const LISTEN = `
  const after = (name) => process.argv[process.argv.indexOf(name) + 1];
  const listen = (host, ready) => require("node:net").createServer()
    .listen(Number(after("--port")), host, () => console.log(ready));`;

/** Listens where it is told to, like a mongod that has nothing to say. */
export const FAKE_MONGOD = `${LISTEN}
  if (process.argv.includes("--version")) console.log("db version v8.0.0");
  else listen(after("--bind_ip"), '{"msg":"Waiting for connections"}');`;

/**
 * Like a Python with venv and pip. An environment is usable once pip wrote the file beside its
 * interpreter; each run of pip adds a line to \`pips\` in the cache.
 */
export const FAKE_PYTHON = `${LISTEN}
  const fs = require("node:fs");
  const path = require("node:path");
  const [self, , , what, ...rest] = process.argv.slice(1);
  const marker = path.join(path.dirname(self), "installed");
  if (what.includes("version_info")) console.log("3.12");
  else if (what.startsWith("import secantus")) process.exit(fs.existsSync(marker) ? 0 : 1);
  else if (what === "venv") {
    fs.mkdirSync(path.join(rest[0], "bin"), { recursive: true });
    fs.copyFileSync(self, path.join(rest[0], "bin", "python"));
  } else if (what === "pip") {
    fs.appendFileSync(path.join(process.env.XDG_CACHE_HOME, "pips"), rest.at(-1) + "\\n");
    setTimeout(() => fs.writeFileSync(marker, ""), 200);
  } else if (what === "secantus") listen(after("--host"), "secantus listening on it");`;
