import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** A file that browsers load, ready to be sent. */
export interface BrowserFile {
  readonly body: string;
  /** The same, for browsers that accept `Content-Encoding: gzip`. */
  readonly gzip: Buffer;
  readonly contentType: string;
  /** Quoted, as the header wants it. */
  readonly etag: string;
}

/** One script for each page, and the classic one that restores an address. */
export const PAGE_SCRIPTS = ["signup.js", "status.js", "resume.js", "restore.js"] as const;

/** Path under which the HTTP layer serves the scripts of the pages. */
export const BROWSER_FILES_PATH = "/whatsapp/signup/";

/** Path of the `<connect-whatsapp>` module. */
export const BUTTON_PATH = "/whatsapp/button.js";

export type ScriptName = (typeof PAGE_SCRIPTS)[number] | "button.js";

type StyleName = "page.css" | "desk.css";

const textOf = import.meta.url.endsWith(".ts") ? await bundler() : builtText;
const scripts = new Map<ScriptName, BrowserFile>();
const styles = new Map<StyleName, string>();

/** A script, made when it is first asked for. */
export function scriptFile(name: ScriptName): BrowserFile {
  const known = scripts.get(name);
  if (known) return known;
  const file = browserFile(textOf(name), "text/javascript; charset=utf-8");
  scripts.set(name, file);
  return file;
}

/** A text ready to be sent. */
export function browserFile(body: string, contentType: string): BrowserFile {
  const digest = createHash("sha256").update(body).digest("base64url");
  return { body, gzip: gzipSync(body), contentType, etag: `"${digest}"` };
}

/** A style sheet of the pages; it stands in the page itself, under the nonce. */
export function stylesheet(name: StyleName): string {
  const known = styles.get(name);
  if (known !== undefined) return known;
  const text = textOf(name);
  styles.set(name, text);
  return text;
}

/** Run as it is written, the service makes of src/web what the build would make. */
async function bundler(): Promise<(name: string) => string> {
  const script = new URL("../../scripts/bundle-web.js", import.meta.url);
  const { bundleWeb } = (await import(script.href)) as {
    bundleWeb: () => ReadonlyMap<string, string>;
  };
  let bundle: ReadonlyMap<string, string> | undefined;
  return (name) => (bundle ??= bundleWeb()).get(name) ?? "";
}

function builtText(name: string): string {
  return readFileSync(new URL(`../web/${name}`, import.meta.url), "utf8");
}
