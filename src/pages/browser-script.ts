import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bundle } from "./bundle.ts";

/** A static file of the page, ready to be sent. */
export interface BrowserFile {
  readonly body: string;
  /** The same, for browsers that accept `Content-Encoding: gzip`. */
  readonly gzip: Buffer;
  readonly contentType: string;
  /** Quoted, as the header wants it. */
  readonly etag: string;
}

/** Path under which the HTTP layer serves the files of `browserFiles`. */
export const BROWSER_FILES_PATH = "/whatsapp/signup/";

const directory = new URL("browser/", import.meta.url);

/** One script for each page, by file name, and the classic one that restores an address. */
export const browserFiles: ReadonlyMap<string, BrowserFile> = new Map(
  ["signup.js", "status.js", "resume.js", "restore.js"].map((name) => [
    name,
    scriptFile(bundle(directory, name)),
  ]),
);

/** The page's style sheet; it stands in the page itself, under the nonce. */
export const stylesheet: string = readFileSync(new URL("signup.css", directory), "utf8");

/** A script ready to be sent. */
export function scriptFile(body: string): BrowserFile {
  const digest = createHash("sha256").update(body).digest("base64url");
  const gzip = gzipSync(body);
  return { body, gzip, contentType: "text/javascript; charset=utf-8", etag: `"${digest}"` };
}
