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

/** `number` or `waba`: that one is linked for somebody else, and this claim does not outweigh it. */
export type HoldAnswer =
  { held: true; displaced: string | undefined } | { held: false; by: "number" | "waba" };

/**
 * Decides between owners: the first ONLINE inserts the hold, a duplicate loses (contract.md,
 * "Between owners").
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

  /** Takes or confirms both holds. `displaced` is the integration that had to yield, if one did. */
  async acquire(integration: Integration): Promise<HoldAnswer> {
    if (!(await this.#acquireWaba(integration))) return { held: false, by: "waba" };
    const number = await this.#acquireNumber(integration);
    return number ?? { held: false, by: "number" };
  }

  /** Whether the number is held for somebody else by now. */
  async isNumberLost(integration: Integration): Promise<boolean> {
    const hold = await this.#numbers.findById(integration.externalId).lean();
    return hold !== null && hold.integrationId !== String(integration._id);
  }

  /** Ends the number's hold; the WABA's too once the owner holds no other number of it. */
  async end(integration: Integration, wabaId: string): Promise<void> {
    const { userId, externalId } = integration;
    await this.#numbers.deleteOne({ _id: externalId, integrationId: String(integration._id) });
    if (!(await this.#numbers.exists({ userId, wabaId })))
      await this.#wabas.deleteOne({ _id: wabaId, userId });
  }

  async #acquireWaba({ userId, meta }: Integration): Promise<boolean> {
    const { wabaId, wabaProof: proof } = meta;
    const at = this.#clock.now();
    if (await inserted(this.#wabas.create({ _id: wabaId, userId, proof, at }))) return true;
    const yields = proof === "meta" ? [{ userId }, { proof: "twilio" as const }] : [{ userId }];
    const { matchedCount } = await this.#wabas.updateOne(
      { _id: wabaId, $or: yields },
      { $set: { userId, ...(proof === "meta" ? { proof } : {}) } },
    );
    return matchedCount === 1;
  }

  async #acquireNumber(integration: Integration): Promise<HoldAnswer | undefined> {
    const { userId, externalId, meta, registration } = integration;
    const { takenAt, numberShown } = registration.target;
    const integrationId = String(integration._id);
    const { wabaId } = meta;
    const hold = { userId, integrationId, wabaId, takenAt, at: this.#clock.now() };
    if (await inserted(this.#numbers.create({ _id: externalId, ...hold })))
      return { held: true, displaced: undefined };
    const yields = numberShown
      ? [{ integrationId }, { takenAt: { $lt: takenAt } }]
      : [{ integrationId }];
    const before = await this.#numbers
      .findOneAndUpdate({ _id: externalId, $or: yields }, { $set: hold })
      .lean();
    if (!before) return undefined;
    return {
      held: true,
      displaced: before.integrationId === integrationId ? undefined : before.integrationId,
    };
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
