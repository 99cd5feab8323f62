import { Schema, type Connection, type Model } from "mongoose";
import { RateLimiterMongo } from "rate-limiter-flexible";

/** One counter, as rate-limiter-flexible keeps it. */
export interface RateLimit {
  key: string;
  points: number;
  expire: Date;
}

export type RateLimitModel = Model<RateLimit>;

/** The model on the service's one connection; its indexes are made with all others at the start. */
export function rateLimitModel(connection: Connection): RateLimitModel {
  const schema = new Schema<RateLimit>(
    { key: { type: String, required: true }, points: Number, expire: Date },
    { collection: "rate_limits", versionKey: false, strict: "throw" },
  );
  schema.index({ key: 1 }, { unique: true });
  schema.index({ expire: 1 }, { expireAfterSeconds: 0 });
  return connection.model<RateLimit>("RateLimit", schema);
}

/** What has been used of a limit in the present window, this use included. */
export interface Used {
  count: number;
  /** When the window ends. */
  endsAt: Date;
}

/**
 * Counts uses in windows that begin with the first one, shared by all processes. What the database
 * cannot count is an error, as any other that it has.
 */
export class SharedCounter {
  readonly #limiter: RateLimiterMongo;

  /** @param name what its keys begin with */
  constructor(model: RateLimitModel, name: string, windowSeconds: number) {
    this.#limiter = new RateLimiterMongo({
      // The collection is asked for at once, before there need be a connection.
      storeClient: { collection: () => model.collection },
      tableName: model.collection.name,
      keyPrefix: name,
      points: Number.MAX_SAFE_INTEGER,
      duration: windowSeconds,
      disableIndexesCreation: true,
    });
  }

  async use(key: string): Promise<Used> {
    const { consumedPoints, msBeforeNext } = await this.#limiter.penalty(key);
    return { count: consumedPoints, endsAt: new Date(Date.now() + msBeforeNext) };
  }
}
