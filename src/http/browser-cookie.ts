import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";
import { randomToken, sha256 } from "../tokens.ts";

/** Long enough for a registration's whole time; the session's own expiry is what counts. */
const MAX_AGE_SECONDS = 7 * 24 * 60 * 60;
const VALUE = /^[\w-]{43}$/;

/**
 * The random value that tells one browser from another. One cookie for a browser, any number of
 * sessions; the database holds its SHA-256 alone.
 */
export class BrowserCookie {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(publicUrl: string) {
    this.#secure = publicUrl.startsWith("https:");
    // The prefix makes the browser refuse one that another host or a plain connection has set.
    this.#name = this.#secure ? "__Host-whatsapp_signup" : "whatsapp_signup";
  }

  /** The browser's hash; undefined when it brought no cookie of ours. */
  hash(request: Request): string | undefined {
    const value = parseCookie(request.headers.cookie ?? "")[this.#name];
    return value && VALUE.test(value) ? sha256(value) : undefined;
  }

  /** Gives a browser without the cookie one. @returns its hash */
  ensure(request: Request, response: Response): string {
    const present = this.hash(request);
    if (present) return present;
    const value = randomToken();
    response.append(
      "Set-Cookie",
      stringifySetCookie({
        name: this.#name,
        value,
        httpOnly: true,
        secure: this.#secure,
        sameSite: "lax",
        path: "/",
        maxAge: MAX_AGE_SECONDS,
      }),
    );
    return sha256(value);
  }
}
