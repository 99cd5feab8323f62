import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { randomToken, sha256 } from "../tokens.ts";
import type { OperatorTokens } from "./operator-tokens.ts";

/** How long an operator's browser stays logged in. */
export const OPERATOR_SESSION_MS = 12 * 60 * 60 * 1000;

/** An operator's browser that is logged in. Neither its id nor the token can be read from it. */
export interface OperatorSession {
  /** SHA-256 of the id in the browser's cookie. */
  _id: string;
  /** The token, sealed with that id. */
  tokenSeal: string;
  expiresAt: Date;
}

export type OperatorSessionModel = Model<OperatorSession>;

/** The model on the service's one connection. */
export function operatorSessionModel(connection: Connection): OperatorSessionModel {
  const required = { type: String, required: true };
  const schema = new Schema<OperatorSession>(
    { _id: required, tokenSeal: required, expiresAt: { type: Date, required: true } },
    { collection: "operator_sessions", versionKey: false, strict: "throw" },
  );
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return connection.model<OperatorSession>("OperatorSession", schema);
}

/** Who is logged in to the operator's page; shared by all processes. */
export class OperatorSessions {
  readonly #model: OperatorSessionModel;
  readonly #tokens: OperatorTokens;
  readonly #clock: Clock;

  constructor(model: OperatorSessionModel, tokens: OperatorTokens, clock: Clock) {
    this.#model = model;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** @returns the new session's id, for the browser alone; undefined where the token is nobody's */
  async begin(token: string): Promise<{ id: string; name: string } | undefined> {
    const name = this.#tokens.nameOf(token);
    if (name === undefined) return undefined;
    const id = randomToken();
    const expiresAt = new Date(this.#clock.now().getTime() + OPERATOR_SESSION_MS);
    const tokenSeal = this.#tokens.seal(token, id);
    await this.#model.create({ _id: sha256(id), tokenSeal, expiresAt });
    return { id, name };
  }

  /** Whose session it is; undefined once its time is up, or its token is out of OPS_TOKEN. */
  async nameOf(id: string): Promise<string | undefined> {
    const session = await this.#model
      .findOne({ _id: sha256(id), expiresAt: { $gt: this.#clock.now() } })
      .lean();
    return session ? this.#tokens.nameBySeal(session.tokenSeal, id) : undefined;
  }

  async end(id: string): Promise<void> {
    await this.#model.deleteOne({ _id: sha256(id) });
  }
}
