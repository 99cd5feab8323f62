import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from "jose";

/** The keys are fetched no more often than this, whatever keys tokens name. */
const FETCH_GAP_MS = 2_000;

/** The public keys of the tokens' issuer, which it may replace at any time. */
export class PublishedKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #fetchedMs = -Infinity;

  constructor(url: string) {
    this.#keys = createRemoteJWKSet(new URL(url), {
      cooldownDuration: FETCH_GAP_MS,
      // Its own pause counts from the last success, so a key server that is down would have none.
      [customFetch]: async (address, options) => {
        if (performance.now() - this.#fetchedMs < FETCH_GAP_MS) {
          throw new Error("the keys could not be had a moment ago");
        }
        this.#fetchedMs = performance.now();
        return fetch(address, options);
      },
    });
  }

  /**
   * jose fetches the keys again for a token that names an unknown key. An issuer that names no keys,
   * or gives a new key the old name, may have replaced them where a signature fails.
   * @returns the token's claims
   * @throws JOSEError for a token that is none of the issuer's; anything else where keys are missing
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    try {
      return await this.#verify(token, options);
    } catch (error) {
      const isSignature = error instanceof errors.JWSSignatureVerificationFailed;
      if (!isSignature || this.#keys.coolingDown || !(await this.#isRenewed())) throw error;
      return this.#verify(token, options);
    }
  }

  /** A token that names no key may fit several while the issuer replaces them: each is tried. */
  async #verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.#keys, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, options)).payload;
        } catch (failed) {
          if (!(failed instanceof errors.JWSSignatureVerificationFailed)) throw failed;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  async #isRenewed(): Promise<boolean> {
    try {
      await this.#keys.reload();
      return true;
    } catch {
      return false;
    }
  }
}
