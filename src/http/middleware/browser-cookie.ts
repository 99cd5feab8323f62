import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";
import { randomToken, sha256 } from "../../tokens.ts";

/** The shortest life of a cookie; what a browser may do ends with its session all the same. */
const MIN_AGE_SECONDS = 7 * 24 * 60 * 60;
const VALUE = /^[\w-]{43}$/;

/**
 * The random value that tells one browser from another. One cookie for a browser, any number of
 * sessions; the database holds its SHA-256 alone.
 */
export class BrowserCookie {
  readonly #name: string;
  readonly #secure: boolean;

  readonly #maxAgeSeconds: number;

  /** @param neededMs how long a registration may take: the result page knows its browser until then */
  constructor(publicUrl: string, neededMs = 0) {
    this.#maxAgeSeconds = Math.max(MIN_AGE_SECONDS, Math.ceil(neededMs / 1000));
    this.#secure = publicUrl.startsWith("https:");
    // The prefix makes the browser refuse one that another host or a plain connection has set.
    this.#name = this.#secure ? "__Host-whatsapp_signup" : "whatsapp_signup";
  }

  /** The browser's hash; undefined when it brought no cookie of ours. */
  hash(request: Request): string | undefined {
    return this.secret(request)?.hash;
  }

  /** The hash together with the value, which is stored nowhere. */
  secret(request: Request): { hash: string; secret: string } | undefined {
    const value = parseCookie(request.headers.cookie ?? "")[this.#name];
    return value && VALUE.test(value) ? { hash: sha256(value), secret: value } : undefined;
  }

  /** Gives a browser without the cookie one. @returns its hash */
  ensure(request: Request, response: Response): string {
    const present = this.hash(request);
    if (present) return present;
    const value = randomToken();
    this.#set(response, value);
    return sha256(value);
  }

  /** Lets a browser's cookie live anew from now, when it starts a session. */
  renew(request: Request, response: Response): void {
    const present = this.secret(request);
    if (present) this.#set(response, present.secret);
  }

  #set(response: Response, value: string): void {
    response.append(
      "Set-Cookie",
      stringifySetCookie({
        name: this.#name,
        value,
        httpOnly: true,
        secure: this.#secure,
        sameSite: "lax",
        path: "/",
        maxAge: this.#maxAgeSeconds,
      }),
    );
  }
}
