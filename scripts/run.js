// Runs a command of src/ as it is written, or, where only production's packages are installed, as
// it was built. The working directory stays, since .env and .data/ are looked for there.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const [command = "", ...args] = process.argv.slice(2);
const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function hasTsx() {
  try {
    return createRequire(import.meta.url).resolve("tsx") !== "";
  } catch {
    return false;
  }
}

const program = hasTsx()
  ? ["--import", "tsx", file(`src/${command}/main.ts`)]
  : [file(`dist/${command}/main.js`)];
const { status } = spawnSync(process.execPath, [...program, ...args], { stdio: "inherit" });
process.exitCode = status ?? 1;
