import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { RequestHandler } from "express";
import { getBrowserFile } from "../signup/get-browser-file.ts";

/** What the page of the description loads. */
export const SWAGGER_UI_FILES = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
} as const;
type SwaggerUiFile = keyof typeof SWAGGER_UI_FILES;

/** One of Swagger UI's own files; it is read when it is first asked for. */
export function getSwaggerUiFile(name: SwaggerUiFile): RequestHandler {
  let handler: RequestHandler | undefined;
  return (request, response, next) => {
    handler ??= getBrowserFile(readFile(name));
    return handler(request, response, next);
  };
}

function readFile(name: SwaggerUiFile) {
  const body = readFileSync(join(directory(), name), "utf8");
  return {
    body,
    gzip: gzipSync(body),
    contentType: SWAGGER_UI_FILES[name],
    etag: `"${createHash("sha256").update(body).digest("base64url")}"`,
  };
}

/** The build lays the files beside this one; before it they are in the package. */
function directory(): string {
  const built = fileURLToPath(new URL("swagger-ui", import.meta.url));
  if (existsSync(built)) return built;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
