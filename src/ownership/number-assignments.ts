import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";
import { lineOf } from "../phone-number.ts";

/** The operator's word that a number at Twilio is meant for an owner. */
export interface NumberAssignment {
  /** The key of the number's line: one owner at a time. */
  _id: string;
  userId: string;
  /** The account of ours that had the number when it was assigned; it may have been moved since. */
  foundIn?: string;
  assignedAt: Date;
}

export type NumberAssignmentModel = Model<NumberAssignment>;

/** The model on the service's one connection. */
export function numberAssignmentModel(connection: Connection): NumberAssignmentModel {
  const schema = new Schema<NumberAssignment>(
    {
      _id: { type: String, required: true },
      userId: { type: String, required: true },
      foundIn: String,
      assignedAt: { type: Date, required: true },
    },
    { collection: "number_assignments", versionKey: false, strict: "throw" },
  );
  return connection.model<NumberAssignment>("NumberAssignment", schema);
}

/** Whose the numbers of ours are, by the operator's word; it goes before what an owner's token says. */
export class NumberAssignments {
  readonly #model: NumberAssignmentModel;
  readonly #clock: Clock;

  constructor(model: NumberAssignmentModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  /** @param phoneNumber any spelling of the line, canonical, as everywhere here */
  async find(phoneNumber: string): Promise<NumberAssignment | undefined> {
    return (await this.#model.findById(lineOf(phoneNumber)).lean()) ?? undefined;
  }

  /** @returns owners by the key of the line; numbers that are not assigned are left out */
  async ownersOf(phoneNumbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const _id = { $in: [...new Set(phoneNumbers.map(lineOf))] };
    const found = await this.#model.find({ _id }, { userId: 1 }).lean();
    return new Map(found.map((one) => [one._id, one.userId]));
  }

  /**
   * Whether the number is meant for this owner. While the operator has assigned it, nothing else
   * counts.
   * @param isNamed whether the owner's token named it at the time of its session
   */
  async isAssigned(phoneNumber: string, userId: string, isNamed = false): Promise<boolean> {
    const assignment = await this.find(phoneNumber);
    return assignment ? assignment.userId === userId : isNamed;
  }

  /** Replaces a former assignment of the number. @returns that one */
  async assign(
    phoneNumber: string,
    { userId, foundIn }: { userId: string; foundIn: string | undefined },
  ): Promise<NumberAssignment | undefined> {
    const former = await this.#model
      .findOneAndReplace(
        { _id: lineOf(phoneNumber) },
        { userId, ...(foundIn ? { foundIn } : {}), assignedAt: this.#clock.now() },
        { upsert: true, returnDocument: "before" },
      )
      .lean();
    return former ?? undefined;
  }

  /** From now on tokens count again. @returns what it was; undefined where it was not assigned */
  async unassign(phoneNumber: string): Promise<NumberAssignment | undefined> {
    return (await this.#model.findOneAndDelete({ _id: lineOf(phoneNumber) }).lean()) ?? undefined;
  }
}
