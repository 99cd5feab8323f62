import { setTimeout as sleep } from "node:timers/promises";
import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { ofWaba } from "../integrations/integration-queries.ts";
import type { Integration } from "../integrations/integration.ts";
import { lineOf } from "../phone-number.ts";
import { ownRecord, type Obstacle } from "./records.ts";

/** Who a line is linked for. The `_id` is the line's key, so there is one, on a cluster as well. */
export interface NumberHold {
  _id: string;
  userId: string;
  integrationId: string;
  /** Absent where the number was seen under a WABA that is not its owner's any more. */
  wabaId?: string;
  at: Date;
  /** Raised by each confirmation, so that what was decided before one does not end the hold. */
  rev: number;
}

/** Which owner a WABA serves; all the owner's integrations of the WABA share it. */
export interface WabaHold {
  _id: string;
  userId: string;
  at: Date;
  rev: number;
}

/** Of an integration, what its holds are found by. */
export type HeldFor = Pick<Integration, "_id" | "userId" | "externalId"> & {
  meta: Pick<Integration["meta"], "wabaId">;
};

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
      wabaId: { type: String },
      at: requiredDate,
      rev: requiredNumber,
    },
    { collection: "number_holds", versionKey: false, strict: "throw" },
  );
  const wabaSchema = new Schema<WabaHold>(
    { _id: required, userId: required, at: requiredDate, rev: requiredNumber },
    { collection: "waba_holds", versionKey: false, strict: "throw" },
  );
  numberSchema.index({ userId: 1, wabaId: 1 });
  return {
    numberHolds: connection.model<NumberHold>("NumberHold", numberSchema),
    wabaHolds: connection.model<WabaHold>("WabaHold", wabaSchema),
  };
}

/** What each change of a hold says beside whose it is; the time is the database's. */
const CONFIRMED = { $inc: { rev: 1 }, $currentDate: { at: true } } as const;
/** A hold that changes more often than this while it is taken is not worth another try now. */
const TAKING_TRIES = 20;
const TAKING_PAUSE_MS = 10;

/**
 * Decides between owners: the first sender seen ONLINE gets the hold, and nobody's claim or proof
 * takes it away (docs/contract.md, "Between owners"). Whoever was killed or frozen on the way may
 * leave a hold behind; so one counts only while what it stands for does (see decision 6).
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

  /** Another owner's hold of this integration's line or WABA, and whose sender it rests on. */
  async inTheWay({ userId, externalId, meta }: Integration): Promise<Obstacle | undefined> {
    const number = await this.#numbers.findById(lineOf(externalId)).lean();
    const byNumber = number && (await this.#ofLine(number, userId));
    if (byNumber) return byNumber;
    const waba = await this.#wabas.findById(meta.wabaId).lean();
    return waba ? this.#ofWaba(waba, userId) : undefined;
  }

  /** The integration that holds this line, whoever's it is. */
  async holderOfLine(line: string): Promise<Integration | undefined> {
    const held = await this.#numbers.findById(line).lean();
    return held ? ownRecord(this.#integrations, held.integrationId) : undefined;
  }

  /** Takes or confirms both holds; undefined when both are this integration's now. */
  async acquire(integration: Integration): Promise<Obstacle | undefined> {
    const inTheWay = await this.inTheWay(integration);
    if (inTheWay) return inTheWay;
    // The number first: while it is held, nobody ends the hold of its WABA.
    return (await this.#takeNumber(integration)) ?? (await this.#takeWaba(integration));
  }

  /**
   * Ends the number's hold, and the hold of each WABA of which the owner then holds no other number.
   * @param confirm makes sure, after the holds were read, that this is still to be done; else it
   * throws. A hold that is confirmed later stays.
   */
  async end(integration: HeldFor, confirm: () => Promise<unknown>): Promise<void> {
    const { held, wabas } = await this.#read(integration);
    await confirm();
    if (held) await this.#numbers.deleteOne({ _id: held._id, rev: held.rev });
    for (const waba of wabas) await this.#endUnused(waba);
  }

  /** The number was seen under another WABA: it stays held, and holds its former WABA no longer. */
  async leaveWaba(integration: Integration, confirm: () => Promise<unknown>): Promise<void> {
    const { held, wabas } = await this.#read(integration);
    await confirm();
    if (held) {
      await this.#numbers.updateOne(
        { _id: held._id, rev: held.rev },
        { $unset: { wabaId: 1 }, ...CONFIRMED },
      );
    }
    for (const waba of wabas) await this.#endUnused(waba);
  }

  async #read({ _id, userId, externalId, meta }: HeldFor) {
    const held = await this.#numbers
      .findOne({ _id: lineOf(externalId), integrationId: String(_id) })
      .lean();
    const ids = [...new Set([meta.wabaId, held?.wabaId ?? meta.wabaId])];
    return { held, wabas: await this.#wabas.find({ _id: { $in: ids }, userId }).lean() };
  }

  async #endUnused({ _id, userId, rev }: WabaHold): Promise<void> {
    if (!(await this.#numbers.exists({ userId, wabaId: _id }))) {
      await this.#wabas.deleteOne({ _id, rev });
    }
  }

  async #takeNumber({ _id, userId, externalId, meta }: Integration): Promise<Obstacle | undefined> {
    const line = lineOf(externalId);
    const ours = { userId, integrationId: String(_id), wabaId: meta.wabaId };
    for (let tries = 0; tries < TAKING_TRIES; tries += 1) {
      if (tries > 0) await sleep(TAKING_PAUSE_MS * Math.random());
      const at = this.#clock.now();
      const held = await this.#numbers.findById(line).lean();
      if (!held) {
        if (await inserted(this.#numbers.create({ _id: line, ...ours, at, rev: 1 }))) {
          return undefined;
        }
        continue;
      }
      const others = await this.#ofLine(held, userId);
      if (others) return others;
      const former = held.userId === userId && held.wabaId !== meta.wabaId && held.wabaId;
      const waba = former ? await this.#wabas.findOne({ _id: former, userId }).lean() : null;
      const { matchedCount } = await this.#numbers.updateOne(
        { _id: line, rev: held.rev },
        { $set: ours, ...CONFIRMED },
      );
      if (matchedCount === 0) continue;
      // A number that came from another WABA of its owner leaves that one.
      if (waba) await this.#endUnused(waba);
      return undefined;
    }
    throw new Error("the number's hold changed too often to be taken");
  }

  async #takeWaba({ userId, meta }: Integration): Promise<Obstacle | undefined> {
    const { wabaId: _id } = meta;
    for (let tries = 0; tries < TAKING_TRIES; tries += 1) {
      if (tries > 0) await sleep(TAKING_PAUSE_MS * Math.random());
      const at = this.#clock.now();
      const held = await this.#wabas.findById(_id).lean();
      if (!held) {
        if (await inserted(this.#wabas.create({ _id, userId, at, rev: 1 }))) return undefined;
        continue;
      }
      const others = await this.#ofWaba(held, userId);
      if (others) return others;
      const { matchedCount } = await this.#wabas.updateOne(
        { _id, rev: held.rev },
        { $set: { userId }, ...CONFIRMED },
      );
      if (matchedCount === 1) return undefined;
    }
    throw new Error("the WABA's hold changed too often to be taken");
  }

  /** A hold whose integration is gone or disconnected counts for nothing. */
  async #ofLine(held: NumberHold, userId: string): Promise<Obstacle | undefined> {
    if (held.userId === userId) return undefined;
    const holder = await ownRecord(this.#integrations, held.integrationId);
    return holder ? { about: "number", holder, isHeld: true } : undefined;
  }

  /** Of several numbers that the owner has under it, the one that most likely works is asked. */
  async #ofWaba(held: WabaHold, userId: string): Promise<Obstacle | undefined> {
    if (held.userId === userId) return undefined;
    const holders = await this.#integrations.find(ofWaba(held.userId, held._id)).lean();
    const holding = await this.#numbers.find({ userId: held.userId, wabaId: held._id }).lean();
    const ids = new Set(holding.map(({ integrationId }) => integrationId));
    const rank = ({ _id, status }: Integration) =>
      (ids.has(String(_id)) ? 2 : 0) + (status === "linked" ? 1 : 0);
    const [holder] = holders.toSorted((one, other) => rank(other) - rank(one));
    return holder ? { about: "waba", holder, isHeld: true } : undefined;
  }
}

/** False when there was one already. */
async function inserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicateKey(error, "_id")) return false;
    throw error;
  }
}
