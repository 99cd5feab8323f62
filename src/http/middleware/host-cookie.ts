import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";

const VALUE = /^[\w-]{43}$/;

/** A cookie of this host alone, which holds 256 random bits and which no script reads. */
export class HostCookie {
  readonly #name: string;
  readonly #secure: boolean;
  readonly #sameSite: "lax" | "strict";
  readonly #maxAgeSeconds: number;

  constructor(
    publicUrl: string,
    settings: { name: string; sameSite: "lax" | "strict"; maxAgeSeconds: number },
  ) {
    this.#secure = publicUrl.startsWith("https:");
    // The prefix makes the browser refuse one that another host or a plain connection has set.
    this.#name = this.#secure ? `__Host-${settings.name}` : settings.name;
    this.#sameSite = settings.sameSite;
    this.#maxAgeSeconds = settings.maxAgeSeconds;
  }

  /** The value; undefined when the browser brought no cookie of ours. */
  read(request: Request): string | undefined {
    const value = parseCookie(request.headers.cookie ?? "")[this.#name];
    return value && VALUE.test(value) ? value : undefined;
  }

  set(response: Response, value: string): void {
    this.#send(response, value, this.#maxAgeSeconds);
  }

  clear(response: Response): void {
    this.#send(response, "", 0);
  }

  #send(response: Response, value: string, maxAge: number): void {
    response.append(
      "Set-Cookie",
      stringifySetCookie({
        name: this.#name,
        value,
        httpOnly: true,
        secure: this.#secure,
        sameSite: this.#sameSite,
        path: "/",
        maxAge,
      }),
    );
  }
}
