import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

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

/** The page's script modules by file name: all of them are served, `signup.js` is the entry. */
export const browserFiles: ReadonlyMap<string, BrowserFile> = new Map(
  readdirSync(directory)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, scriptFile(readFileSync(new URL(name, directory), "utf8"))]),
);

/** The page's style sheet; it stands in the page itself, under the nonce. */
export const stylesheet: string = readFileSync(new URL("signup.css", directory), "utf8");

/** A script ready to be sent. */
export function scriptFile(body: string): BrowserFile {
  const digest = createHash("sha256").update(body).digest("base64url");
  const gzip = gzipSync(body);
  return { body, gzip, contentType: "text/javascript; charset=utf-8", etag: `"${digest}"` };
}
