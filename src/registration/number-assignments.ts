import { Schema, type Connection, type Model } from "mongoose";
import type { Clock } from "../clock.ts";

/** The operator's word that a number at Twilio is meant for an owner. */
export interface NumberAssignment {
  /** The number, canonical E.164: one owner at a time. */
  _id: string;
  userId: string;
  assignedAt: Date;
}

export type NumberAssignmentModel = Model<NumberAssignment>;

/** The model on the service's one connection. */
export function numberAssignmentModel(connection: Connection): NumberAssignmentModel {
  const schema = new Schema<NumberAssignment>(
    {
      _id: { type: String, required: true },
      userId: { type: String, required: true },
      assignedAt: { type: Date, required: true },
    },
    { collection: "number_assignments", versionKey: false, strict: "throw" },
  );
  return connection.model<NumberAssignment>("NumberAssignment", schema);
}

/** Which numbers of ours may be moved into an owner's subaccount, beside those in its token. */
export class NumberAssignments {
  readonly #model: NumberAssignmentModel;
  readonly #clock: Clock;

  constructor(model: NumberAssignmentModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
  }

  async isAssigned(phoneNumber: string, userId: string): Promise<boolean> {
    return (await this.#model.exists({ _id: phoneNumber, userId })) !== null;
  }

  /** Replaces a former assignment of the number. */
  async assign(phoneNumber: string, userId: string): Promise<void> {
    await this.#model.updateOne(
      { _id: phoneNumber },
      { $set: { userId, assignedAt: this.#clock.now() } },
      { upsert: true },
    );
  }
}
