// Makes of src/web the files that browsers load: each whole, small, and for the browsers that
// docs/frontend.md names.
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const TARGET = ["chrome85", "edge85", "firefox90", "safari15", "ios15"];
const ENTRIES = {
  signup: "signup/signup.ts",
  resume: "signup/resume.ts",
  restore: "signup/restore.ts",
  status: "status/status.ts",
  button: "button/element.ts",
  page: "page.css",
  desk: "desk.css",
};

/** @returns {ReadonlyMap<string, string>} texts by file name, as `signup.js` */
export function bundleWeb() {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(new URL("../src/web", import.meta.url)),
    entryPoints: ENTRIES,
    outdir: "dist",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: TARGET,
    charset: "utf8",
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}
