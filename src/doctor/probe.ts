import { createHmac, timingSafeEqual } from "node:crypto";
import { randomToken } from "../tokens.ts";

export const PROBE_PATH = "/ops/probe";

/** What arrived of a probe at the process that it reached. */
export interface ProbeAnswer {
  /** Proves that the answer comes from a process with the same Twilio account. */
  answer: string;
  protocol: string;
  host: string;
  /** Proxies that named themselves. */
  hops: number;
}

/**
 * Words by which processes of one installation know each other: a probe goes out under PUBLIC_URL and
 * may come in at any of them. They say nothing of the secret that they are made with.
 */
export class Probe {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = createHmac("sha256", secret).update("connect-whatsapp probe").digest();
  }

  /** A fresh one, for the path behind `PROBE_PATH`. */
  next(): string {
    const nonce = randomToken();
    return `${nonce}.${this.#sign(`asked ${nonce}`)}`;
  }

  /** What only a process of the installation can answer; undefined for what is no probe of ours. */
  answerTo(token: string): string | undefined {
    const [nonce = "", signature = ""] = token.split(".");
    const expected = this.#sign(`asked ${nonce}`);
    const isOurs =
      signature.length === expected.length &&
      timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
    return isOurs ? this.#sign(`answered ${nonce}`) : undefined;
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("base64url");
  }
}
