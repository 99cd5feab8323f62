import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { PROVIDER, type Integration } from "../integrations/integration.ts";

/** Who a number is linked for. The `_id` is the number, so there is one, on a cluster as well. */
export interface NumberHold {
  _id: string;
  userId: string;
  integrationId: string;
  wabaId: string;
  /** When the callback behind it was taken; a later proof by Meta replaces an earlier one. */
  takenAt: Date;
  at: Date;
  rev: number;
}

/** Which owner a WABA serves; all the owner's integrations of the WABA share it. */
export interface WabaHold {
  _id: string;
  userId: string;
  proof: "meta" | "twilio";
  at: Date;
  /** Raised by each confirmation, so that what was decided before one does not end the hold. */
  rev: number;
}

export type NumberHoldModel = Model<NumberHold>;
export type WabaHoldModel = Model<WabaHold>;

const required = { type: String, required: true };
const requiredDate = { type: Date, required: true };
const requiredNumber = { type: Number, required: true };

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
      rev: requiredNumber,
    },
    { collection: "number_holds", versionKey: false, strict: "throw" },
  );
  const wabaSchema = new Schema<WabaHold>(
    { _id: required, userId: required, proof: required, at: requiredDate, rev: requiredNumber },
    { collection: "waba_holds", versionKey: false, strict: "throw" },
  );
  numberSchema.index({ userId: 1, wabaId: 1 });
  return {
    numberHolds: connection.model<NumberHold>("NumberHold", numberSchema),
    wabaHolds: connection.model<WabaHold>("WabaHold", wabaSchema),
  };
}

/** What is linked for somebody else, and this claim does not outweigh it. */
export type Lost = "number" | "waba";

/** What each change of a hold says beside whose it is; the time is the database's. */
const CONFIRMED = { $inc: { rev: 1 }, $currentDate: { at: true } } as const;

/** Integrations that can hold something: not those that are leaving. */
const STAYING = {
  provider: PROVIDER,
  status: { $ne: "disconnected" },
  "registration.step": { $ne: "disconnecting" },
} as const;

/**
 * Decides between owners: the first ONLINE inserts the hold, a duplicate loses. A hold of a WABA
 * that only Twilio accepted yields to Meta's proof of it, a hold of a number to Meta's proof that
 * shows that number in the WABA (contract.md, "Between owners"). Whoever was killed or frozen on the
 * way may leave a hold behind; so one counts only while what it stands for does (see decision 6).
 */
export class HoldStore {
  readonly #numbers: NumberHoldModel;
  readonly #wabas: WabaHoldModel;
  readonly #integrations: IntegrationModel;
  readonly #clock: Clock;

  constructor(models: ReturnType<typeof holdModels>, integrations: IntegrationModel, clock: Clock) {
    this.#numbers = models.numberHolds;
    this.#wabas = models.wabaHolds;
    this.#integrations = integrations;
    this.#clock = clock;
  }

  /** Takes or confirms both holds; undefined when both are this integration's now. */
  async acquire(integration: Integration): Promise<Lost | undefined> {
    if (await this.#othersWaba(integration)) return "waba";
    // The number first: while it is held, nobody ends the hold of its WABA.
    if (!(await this.#takeNumber(integration))) return "number";
    return (await this.#takeWaba(integration)) ? undefined : "waba";
  }

  /**
   * Takes over the holds of others that yield to this integration's proof. Done before its sender
   * is created, since Twilio refuses a number or a WABA that is still in use elsewhere.
   */
  async outweigh({ _id, userId, externalId, meta, registration }: Integration): Promise<void> {
    if (meta.wabaProof === "meta")
      await this.#wabas.updateOne(
        { _id: meta.wabaId, userId: { $ne: userId }, proof: "twilio" },
        { $set: { userId, proof: "meta" }, ...CONFIRMED },
      );
    const { numberShown, takenAt } = registration.target;
    const integrationId = String(_id);
    if (numberShown)
      await this.#numbers.updateOne(
        { _id: externalId, integrationId: { $ne: integrationId }, takenAt: { $lt: takenAt } },
        {
          $set: { userId, integrationId, wabaId: meta.wabaId, takenAt },
          ...CONFIRMED,
        },
      );
  }

  /** Since when this integration has the holds that it has. */
  async held({ _id, userId, externalId, meta }: Integration): Promise<Partial<Record<Lost, Date>>> {
    const number = await this.#numbers.findById(externalId).lean();
    const waba = await this.#wabas.findById(meta.wabaId).lean();
    return {
      ...(number?.integrationId === String(_id) ? { number: number.at } : {}),
      ...(waba?.userId === userId ? { waba: waba.at } : {}),
    };
  }

  /** What somebody else holds by now. */
  async lost(integration: Integration): Promise<Lost | undefined> {
    if (await this.#othersWaba(integration)) return "waba";
    const number = await this.#numbers.findById(integration.externalId).lean();
    return number && (await this.#isOthersNumber(number, integration)) ? "number" : undefined;
  }

  /**
   * Ends the number's hold, and the hold of each WABA of which the owner then holds no other number.
   * @param confirm makes sure, after the holds were read, that this is still to be done; else it
   * throws. A hold that is confirmed later stays.
   */
  async end(
    { _id, userId, externalId, meta }: Integration,
    confirm: () => Promise<unknown>,
  ): Promise<void> {
    const held = await this.#numbers
      .findOne({ _id: externalId, integrationId: String(_id) })
      .lean();
    const ids = [...new Set([meta.wabaId, held?.wabaId ?? meta.wabaId])];
    const wabas = await this.#wabas.find({ _id: { $in: ids }, userId }).lean();
    await confirm();
    if (held) await this.#numbers.deleteOne({ _id: held._id, rev: held.rev });
    for (const waba of wabas) await this.#endUnused(waba);
  }

  async #endUnused({ _id, userId, rev }: WabaHold): Promise<void> {
    if (!(await this.#numbers.exists({ userId, wabaId: _id })))
      await this.#wabas.deleteOne({ _id, rev });
  }

  async #takeNumber(integration: Integration): Promise<boolean> {
    const { _id, userId, externalId, meta, registration } = integration;
    const { takenAt } = registration.target;
    const ours = { userId, integrationId: String(_id), wabaId: meta.wabaId, takenAt };
    for (;;) {
      const at = this.#clock.now();
      const held = await this.#numbers.findById(externalId).lean();
      if (held) {
        if (await this.#isOthersNumber(held, integration)) return false;
        const former = held.userId === userId && held.wabaId !== meta.wabaId && held.wabaId;
        const waba = former ? await this.#wabas.findOne({ _id: former, userId }).lean() : null;
        const { matchedCount } = await this.#numbers.updateOne(
          { _id: externalId, rev: held.rev },
          { $set: ours, ...CONFIRMED },
        );
        // A number that came from another WABA of its owner leaves that one.
        if (matchedCount === 1 && waba) await this.#endUnused(waba);
        if (matchedCount === 1) return true;
      } else if (await inserted(this.#numbers.create({ _id: externalId, ...ours, at, rev: 1 }))) {
        return true;
      }
    }
  }

  /** A later proof makes an owner's own hold stronger, never weaker. */
  async #takeWaba({ userId, meta }: Integration): Promise<boolean> {
    const { wabaId: _id, wabaProof } = meta;
    for (;;) {
      const at = this.#clock.now();
      const held = await this.#wabas.findById(_id).lean();
      if (held) {
        if (await this.#isOthersWaba(held, userId)) return false;
        const proof = held.userId === userId && held.proof === "meta" ? "meta" : wabaProof;
        const { matchedCount } = await this.#wabas.updateOne(
          { _id, rev: held.rev },
          { $set: { userId, proof }, ...CONFIRMED },
        );
        if (matchedCount === 1) return true;
      } else if (
        await inserted(this.#wabas.create({ _id, userId, proof: wabaProof, at, rev: 1 }))
      ) {
        return true;
      }
    }
  }

  async #othersWaba({ userId, meta }: Integration): Promise<boolean> {
    const held = await this.#wabas.findById(meta.wabaId).lean();
    return held !== null && (await this.#isOthersWaba(held, userId));
  }

  /** It is another owner's, who has a number under it that stays. */
  async #isOthersWaba(held: WabaHold, userId: string): Promise<boolean> {
    if (held.userId === userId) return false;
    const used = { ...STAYING, userId: held.userId, "meta.wabaId": held._id };
    return (await this.#integrations.exists(used)) !== null;
  }

  /** It is another integration's, which stays and has not lost the WABA that the number was in. */
  async #isOthersNumber(held: NumberHold, { _id }: Integration): Promise<boolean> {
    if (held.integrationId === String(_id)) return false;
    const holder = { ...STAYING, _id: held.integrationId };
    if (!(await this.#integrations.exists(holder))) return false;
    const waba = await this.#wabas.findById(held.wabaId).lean();
    return waba === null || waba.userId === held.userId;
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
