import { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import { duplicateKey, isDuplicateKey } from "../database/duplicate-key.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { findOfLine } from "../integrations/integration-store.ts";
import type { Integration, RegistrationTarget } from "../integrations/integration.ts";
import { PROVIDER } from "../integrations/ours.ts";
import { unchangedForCallback } from "../integrations/integration-queries.ts";
import {
  notLinkedOlder,
  type OlderDocument,
  type OlderDocuments,
} from "../integrations/older-documents.ts";
import { keptSpelling } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { retrying } from "../retrying.ts";
import { isLinkedElsewhere, keeps, linkedInOlderDocument } from "./already-linked.ts";
import { settleSpelling, type LineSpellingModel } from "./line-spellings.ts";
import type { TakenCallback } from "../integrations/taken-callback.ts";
import { confirmed, retargeted, started, takenOver } from "../integrations/callback-transitions.ts";

/** `conflict`: the number is linked under another WABA and nothing proves that it moved. */
export type UpsertOutcome =
  "created" | "taken_over" | "retargeted" | "kept_linked" | "unchanged" | "conflict";

interface Upserted {
  integration: Integration;
  outcome: UpsertOutcome;
}

/** The fields that our unique index is on. */
const KEY = ["userId", "provider", "externalId"] as const;

/** A repeat of the present target, or a callback taken before it or before a disconnect. */
function isOutdated({ registration }: Integration, target: RegistrationTarget): boolean {
  return (
    registration.target.sessionId === target.sessionId ||
    registration.target.takenAt >= target.takenAt ||
    (registration.disconnectedAt !== undefined && registration.disconnectedAt >= target.takenAt)
  );
}

/** Turns taken callbacks into Integration documents; safe to repeat and to race. */
export class IntegrationUpsert {
  readonly #model: IntegrationModel;
  readonly #older: OlderDocuments;
  readonly #spellings: LineSpellingModel;
  readonly #clock: Clock;
  readonly #deadlineMs: number;

  constructor(deps: {
    model: IntegrationModel;
    older: OlderDocuments;
    spellings: LineSpellingModel;
    clock: Clock;
    deadlineMs: number;
  }) {
    this.#model = deps.model;
    this.#older = deps.older;
    this.#spellings = deps.spellings;
    this.#clock = deps.clock;
    this.#deadlineMs = deps.deadlineMs;
  }

  /**
   * Applies the callback to the owner's integration of the number (docs/contract.md, "The upsert").
   * @throws ProblemError `number_already_linked` where a document that is not ours says that it
   * works; `database_index_conflict`; `busy` when it changes all the time
   */
  async apply(callback: TakenCallback): Promise<Upserted> {
    const met: { index?: string } = {};
    return retrying(
      () => this.#applyOnce(callback, met),
      () => {
        const { index } = met;
        return index
          ? new ProblemError("database_index_conflict", { index })
          : new ProblemError("busy", { retryAfterSeconds: 2 });
      },
    );
  }

  /** Undefined when another callback changed the document first: then the whole is tried again. */
  async #applyOnce(
    callback: TakenCallback,
    met: { index?: string },
  ): Promise<Upserted | undefined> {
    const { userId, phoneNumber } = callback;
    try {
      const existing = await findOfLine(this.#model, userId, phoneNumber);
      if (existing) return await this.#applyTo(existing, callback);
      const older = await this.#older.find(userId, phoneNumber);
      if (older === "taken") throw linkedInOlderDocument();
      return await (older ? this.#takeOver(older, callback) : this.#insert(callback));
    } catch (error) {
      const index = duplicateKey(error)?.index;
      if (!index) throw error;
      if (!isDuplicateKey(error, ...KEY)) {
        throw new ProblemError("database_index_conflict", { index, cause: error });
      }
      met.index = index;
      return undefined;
    }
  }

  async #insert(callback: TakenCallback) {
    const { userId, phoneNumber, numberAtMeta } = callback;
    const spelling = keptSpelling(phoneNumber, numberAtMeta);
    const externalId = await settleSpelling(this.#spellings, userId, spelling);
    const now = this.#clock.now();
    const integration: Integration = {
      _id: new Types.ObjectId(),
      userId,
      provider: PROVIDER,
      externalId,
      ...started(callback, { now, deadlineMs: this.#deadlineMs }),
      createdAt: now,
    };
    await this.#model.create(integration);
    return { integration, outcome: "created" as const };
  }

  /** An older document becomes ours; what we know nothing about stays on it. */
  async #takeOver(older: OlderDocument, callback: TakenCallback) {
    const now = this.#clock.now();
    const integration = await updateAndRead(
      this.#model,
      notLinkedOlder(older, callback.userId),
      takenOver(older, callback, { now, deadlineMs: this.#deadlineMs }),
    );
    return integration && { integration, outcome: "taken_over" as const };
  }

  /** Undefined when the document changed meanwhile: then it is to be read again. */
  async #applyTo(existing: Integration, callback: TakenCallback) {
    const { wabaId, target } = callback;
    if (isOutdated(existing, target)) {
      return { integration: existing, outcome: "unchanged" as const };
    }
    if (isLinkedElsewhere(existing, wabaId, target.numberShown)) {
      return { integration: existing, outcome: "conflict" as const };
    }
    const now = this.#clock.now();
    const keepsLinked = keeps(existing) && existing.meta.wabaId === wabaId;
    const integration = await updateAndRead(
      this.#model,
      unchangedForCallback(existing),
      keepsLinked
        ? confirmed(existing, callback, now)
        : retargeted(existing, callback, { now, deadlineMs: this.#deadlineMs }),
    );
    if (!integration) return undefined;
    return {
      integration,
      outcome: keepsLinked ? ("kept_linked" as const) : ("retargeted" as const),
    };
  }
}
