import type { Request, Response } from "express";
import { randomToken, sha256 } from "../../tokens.ts";
import { HostCookie } from "./host-cookie.ts";

/** The shortest life of a cookie; what a browser may do ends with its session all the same. */
const MIN_AGE_SECONDS = 7 * 24 * 60 * 60;

/**
 * The random value that tells one browser from another. One cookie for a browser, any number of
 * sessions; the database holds its SHA-256 alone.
 */
export class BrowserCookie {
  readonly #cookie: HostCookie;

  /** @param neededMs how long a registration may take: the result page knows its browser until then */
  constructor(publicUrl: string, neededMs = 0) {
    const maxAgeSeconds = Math.max(MIN_AGE_SECONDS, Math.ceil(neededMs / 1000));
    const settings = { name: "whatsapp_signup", sameSite: "lax", maxAgeSeconds } as const;
    this.#cookie = new HostCookie(publicUrl, settings);
  }

  /** The browser's hash; undefined when it brought no cookie of ours. */
  hash(request: Request): string | undefined {
    return this.secret(request)?.hash;
  }

  /** The hash together with the value, which is stored nowhere. */
  secret(request: Request): { hash: string; secret: string } | undefined {
    const value = this.#cookie.read(request);
    return value ? { hash: sha256(value), secret: value } : undefined;
  }

  /** Gives a browser without the cookie one. @returns its hash */
  ensure(request: Request, response: Response): string {
    const present = this.hash(request);
    if (present) return present;
    const value = randomToken();
    this.#cookie.set(response, value);
    return sha256(value);
  }

  /** Lets a browser's cookie live anew from now, when it starts a session. */
  renew(request: Request, response: Response): void {
    const value = this.#cookie.read(request);
    if (value) this.#cookie.set(response, value);
  }
}
