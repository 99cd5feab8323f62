import { Types } from "mongoose";
import { spellingsOf } from "../phone-number.ts";
import type { IntegrationModel } from "./integration-model.ts";
import { OURS, PROVIDER } from "./ours.ts";

/** A document of this provider that this service did not write; nothing else of it is known. */
export interface OlderDocument {
  _id: Types.ObjectId;
  externalId: string;
  createdAt?: unknown;
}

/** Of this provider, and not ours. */
export const OLDER: { readonly provider: typeof PROVIDER; readonly $nor: object[] } = {
  provider: PROVIDER,
  $nor: [OURS],
};

/** The document as it was read, while it does not say that its number works. */
export function notLinkedOlder({ _id, externalId }: OlderDocument, userId: string) {
  return { _id, userId, externalId, ...OLDER, status: { $ne: "linked" } };
}

const LOOKED_AT = 20;

/** What an earlier service left in the collection: read where a signup meets it, and counted. */
export class OlderDocuments {
  readonly #model: IntegrationModel;

  constructor(model: IntegrationModel) {
    this.#model = model;
  }

  /** How many there are in all. */
  async count(): Promise<number> {
    return this.#model.countDocuments(OLDER);
  }

  /**
   * The owner's document of the number, in any of its spellings. `taken` where it says that the
   * number works, or cannot become one of ours: then a person has to import it.
   */
  async find(userId: string, phoneNumber: string): Promise<OlderDocument | "taken" | undefined> {
    const found = (await this.#model
      .find({ userId, externalId: { $in: spellingsOf(phoneNumber) }, ...OLDER })
      .sort({ _id: 1 })
      .limit(LOOKED_AT)
      .lean()) as unknown as Record<string, unknown>[];
    if (found.length === 0) return undefined;
    // A condition on a text also matches a list that the text is in; the index holds both.
    const first = found.find(
      (one) =>
        one.userId === userId && one.provider === PROVIDER && typeof one.externalId === "string",
    );
    if (!first || found.some(({ status }) => [status].flat().includes("linked"))) return "taken";
    const { _id, externalId, createdAt } = first;
    return _id instanceof Types.ObjectId && typeof externalId === "string"
      ? { _id, externalId, createdAt }
      : "taken";
  }
}
