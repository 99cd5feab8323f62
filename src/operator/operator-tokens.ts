import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The tokens of OPS_TOKEN. Each is compared in full, so the time tells nothing of any of them. */
export class OperatorTokens {
  readonly #known: readonly { name: string; token: string }[];

  constructor(known: readonly { name: string; token: string }[]) {
    this.#known = known;
  }

  get isEmpty(): boolean {
    return this.#known.length === 0;
  }

  /** Whose token it is; undefined where it is nobody's. */
  nameOf(token: string): string | undefined {
    const given = digest(token);
    return this.#first((known) => timingSafeEqual(digest(known), given));
  }

  /**
   * What shows to whoever has `key` that a token was presented with it. With a key of 256 random bits
   * that is stored nowhere, not even a weak token can be guessed from it.
   */
  seal(token: string, key: string): string {
    return createHmac("sha256", key).update(token).digest("hex");
  }

  /** Whose token was sealed so; undefined once that token is taken out of OPS_TOKEN. */
  nameBySeal(seal: string, key: string): string | undefined {
    const given = digest(seal);
    return this.#first((known) => timingSafeEqual(digest(this.seal(known, key)), given));
  }

  #first(isMeant: (token: string) => boolean): string | undefined {
    const matches = this.#known.map(({ token }) => isMeant(token));
    return this.#known[matches.indexOf(true)]?.name;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
