import { createHash, randomBytes } from "node:crypto";

/** A random token of 256 bits, base64url: session payloads, browser cookies, lease tokens. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A short random id that may be shown: it names a thing and grants nothing. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** SHA-256 in hex. Tokens are stored only in this form; they are too long to be guessed from it. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
