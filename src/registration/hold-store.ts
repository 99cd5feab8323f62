import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { Integration } from "../integrations/integration.ts";

/** Who a number is linked for. The `_id` is the number, so there is one, on a cluster as well. */
export interface NumberHold {
  _id: string;
  userId: string;
  integrationId: string;
  wabaId: string;
  /** When the callback behind it was taken; a later proof by Meta replaces an earlier one. */
  takenAt: Date;
  at: Date;
}

/** Which owner a WABA serves; all the owner's integrations of the WABA share it. */
export interface WabaHold {
  _id: string;
  userId: string;
  proof: "meta" | "twilio";
  at: Date;
}

export type NumberHoldModel = Model<NumberHold>;
export type WabaHoldModel = Model<WabaHold>;

const required = { type: String, required: true };
const requiredDate = { type: Date, required: true };

/** The models on the service's one connection. */
export function holdModels(connection: Connection): {
  numberHolds: NumberHoldModel;
  wabaHolds: WabaHoldModel;
} {
  const numberSchema = new Schema<NumberHold>(
    {
      _id: required,
      userId: required,
      integrationId: required,
      wabaId: required,
      takenAt: requiredDate,
      at: requiredDate,
    },
    { collection: "number_holds", versionKey: false, strict: "throw" },
  );
  const wabaSchema = new Schema<WabaHold>(
    { _id: required, userId: required, proof: required, at: requiredDate },
    { collection: "waba_holds", versionKey: false, strict: "throw" },
  );
  return {
    numberHolds: connection.model<NumberHold>("NumberHold", numberSchema),
    wabaHolds: connection.model<WabaHold>("WabaHold", wabaSchema),
  };
}

/** What is linked for somebody else, and this claim does not outweigh it. */
export type Lost = "number" | "waba";

/** Filters for integrations that had to yield, so that they can be told. */
export type Displaced = { _id: string } | { userId: string; "meta.wabaId": string };

/**
 * Decides between owners: the first ONLINE inserts the hold, a duplicate loses. A hold of a WABA
 * that only Twilio accepted yields to Meta's proof of it, a hold of a number to Meta's proof that
 * shows that number in the WABA (contract.md, "Between owners").
 */
export class HoldStore {
  readonly #numbers: NumberHoldModel;
  readonly #wabas: WabaHoldModel;
  readonly #clock: Clock;

  constructor(models: ReturnType<typeof holdModels>, clock: Clock) {
    this.#numbers = models.numberHolds;
    this.#wabas = models.wabaHolds;
    this.#clock = clock;
  }

  /** Takes or confirms both holds; undefined when both are this integration's now. */
  async acquire(integration: Integration): Promise<Lost | undefined> {
    const { wabaId, wabaProof: proof } = integration.meta;
    const { userId, externalId } = integration;
    const waba = { _id: wabaId, userId, proof, at: this.#clock.now() };
    if (!(await inserted(this.#wabas.create(waba))) && !(await this.#confirmWaba(integration)))
      return "waba";
    const number = { _id: externalId, ...this.#numberHold(integration) };
    if (await inserted(this.#numbers.create(number))) return undefined;
    return (await this.#confirmNumber(integration)) ? undefined : "number";
  }

  /**
   * Takes over the holds of others that yield to this integration's proof. Done before its sender
   * is created, since Twilio refuses a number or a WABA that is still in use elsewhere.
   */
  async outweigh(integration: Integration): Promise<Displaced[]> {
    const { userId, externalId, meta, registration } = integration;
    const displaced: Displaced[] = [];
    if (meta.wabaProof === "meta") {
      const former = await this.#wabas
        .findOneAndUpdate(
          { _id: meta.wabaId, userId: { $ne: userId }, proof: "twilio" },
          { $set: { userId, proof: "meta" } },
        )
        .lean();
      if (former) displaced.push({ userId: former.userId, "meta.wabaId": meta.wabaId });
    }
    if (registration.target.numberShown) {
      const former = await this.#numbers
        .findOneAndUpdate(
          {
            _id: externalId,
            integrationId: { $ne: String(integration._id) },
            takenAt: { $lt: registration.target.takenAt },
          },
          { $set: this.#numberHold(integration) },
        )
        .lean();
      if (former) displaced.push({ _id: former.integrationId });
    }
    return displaced;
  }

  /** What somebody else holds by now. */
  async lost(integration: Integration): Promise<Lost | undefined> {
    const { userId, externalId, meta } = integration;
    const waba = await this.#wabas.findById(meta.wabaId).lean();
    if (waba && waba.userId !== userId) return "waba";
    const number = await this.#numbers.findById(externalId).lean();
    return number && number.integrationId !== String(integration._id) ? "number" : undefined;
  }

  /**
   * Ends the number's hold, unless a later callback's registration has taken it anew, and the hold
   * of each WABA of which the owner then holds no other number.
   */
  async end({ _id, userId, externalId, meta, registration }: Integration): Promise<void> {
    const ours = {
      _id: externalId,
      integrationId: String(_id),
      takenAt: { $lte: registration.target.takenAt },
    };
    const held = await this.#numbers.findOne(ours).lean();
    await this.#numbers.deleteOne(ours);
    for (const wabaId of new Set([meta.wabaId, held?.wabaId ?? meta.wabaId]))
      await this.#endWaba(userId, wabaId);
  }

  async #endWaba(userId: string, wabaId: string): Promise<void> {
    if (!(await this.#numbers.exists({ userId, wabaId })))
      await this.#wabas.deleteOne({ _id: wabaId, userId });
  }

  /** A later proof makes an owner's own hold stronger, never weaker. */
  async #confirmWaba({ userId, meta }: Integration): Promise<boolean> {
    const proof = meta.wabaProof === "meta" ? { proof: meta.wabaProof } : {};
    const { matchedCount } = await this.#wabas.updateOne(
      { _id: meta.wabaId, userId },
      { $set: { userId, ...proof } },
    );
    return matchedCount === 1;
  }

  /** A number that came from another WABA of its owner leaves that one. */
  async #confirmNumber(integration: Integration): Promise<boolean> {
    const { _id, userId, externalId, meta } = integration;
    const ours = { _id: externalId, integrationId: String(_id) };
    const before = await this.#numbers.findOne(ours).lean();
    const { matchedCount } = await this.#numbers.updateOne(ours, {
      $set: this.#numberHold(integration),
    });
    if (before && before.wabaId !== meta.wabaId) await this.#endWaba(userId, before.wabaId);
    return matchedCount === 1;
  }

  #numberHold({ _id, userId, meta, registration }: Integration): Omit<NumberHold, "_id"> {
    const { takenAt } = registration.target;
    const at = this.#clock.now();
    return { userId, integrationId: String(_id), wabaId: meta.wabaId, takenAt, at };
  }
}

/** False when there was one already. */
async function inserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
