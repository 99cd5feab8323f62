// Makes dist/ from src/: JavaScript for Node by the compiler, and for browsers by esbuild; and Swagger UI's files.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWeb } from "./bundle-web.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
const web = join(root, "dist", "web");

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(compiler, "bin", "tsc"), "-p", "tsconfig.build.json"],
  { cwd: root, stdio: "inherit" },
);
if (status === 0) {
  mkdirSync(web);
  for (const [name, text] of bundleWeb()) writeFileSync(join(web, name), text);
  // The page of the API's description serves these itself; their package is not installed there.
  const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"]) {
    cpSync(join(swaggerUi, file), join(root, "dist", "http", "reference", "swagger-ui", file));
  }
}
process.exitCode = status ?? 1;
