import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RequestHandler } from "express";
import { browserFile, type BrowserFile } from "../../pages/web-files.ts";
import { serveFile } from "../signup/get-browser-file.ts";

/** What the page of the description loads. */
export const SWAGGER_UI_FILES = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
} as const;
type SwaggerUiFile = keyof typeof SWAGGER_UI_FILES;

/** One of Swagger UI's own files; it is read when it is first asked for. */
export function getSwaggerUiFile(name: SwaggerUiFile): RequestHandler {
  let file: BrowserFile | undefined;
  return serveFile(() => (file ??= readFile(name)));
}

function readFile(name: SwaggerUiFile): BrowserFile {
  return browserFile(readFileSync(join(directory(), name), "utf8"), SWAGGER_UI_FILES[name]);
}

/** The build lays the files beside this one; before it they are in the package. */
function directory(): string {
  const built = fileURLToPath(new URL("swagger-ui", import.meta.url));
  if (existsSync(built)) return built;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
