// Makes dist/ from src/: JavaScript by the compiler, and the signup page's browser files as they are.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
const browserFiles = join("pages", "browser");

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(compiler, "bin", "tsc"), "-p", "tsconfig.build.json"],
  { cwd: root, stdio: "inherit" },
);
if (status === 0) {
  cpSync(join(root, "src", browserFiles), join(root, "dist", browserFiles), {
    recursive: true,
    filter: (source) => ["", ".js", ".css"].includes(extname(source)),
  });
}
if (status === 0) {
  // The page of the API's description serves these itself; their package is not installed there.
  const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"]) {
    cpSync(join(swaggerUi, file), join(root, "dist", "http", "reference", "swagger-ui", file));
  }
}
process.exitCode = status ?? 1;
