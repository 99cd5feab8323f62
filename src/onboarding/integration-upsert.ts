import { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import { duplicateKey, isDuplicateKey } from "../database/duplicate-key.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { findOfLine } from "../integrations/integration-store.ts";
import {
  historyPush,
  type DiscardedSender,
  type Integration,
  type RegistrationTarget,
} from "../integrations/integration.ts";
import { PROVIDER } from "../integrations/ours.ts";
import { OLDER, type OlderDocument, type OlderDocuments } from "../integrations/older-documents.ts";
import { keptSpelling } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { retrying } from "../retrying.ts";
import { isLinkedElsewhere, keeps, linkedInOlderDocument } from "./already-linked.ts";
import { settleSpelling, type LineSpellingModel } from "./line-spellings.ts";
import { addedMeta, dotted, newMeta, targetAfter, type TakenCallback } from "./taken-callback.ts";

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

  /** What a first callback makes of the number. */
  #fresh(callback: TakenCallback, now: Date) {
    return {
      status: "pending" as const,
      meta: newMeta(callback),
      registration: {
        generation: 1,
        ...this.#freshStart(callback, now),
        target: callback.target,
        discards: [],
        formerSubaccounts: [],
        history: [{ at: now, event: "onboarding_callback_received", step: "subaccount" }],
      },
      updatedAt: now,
    };
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
      ...this.#fresh(callback, now),
      createdAt: now,
    };
    await this.#model.create(integration);
    return { integration, outcome: "created" as const };
  }

  /** An older document becomes ours; what we know nothing about stays on it. */
  async #takeOver({ _id, externalId, createdAt }: OlderDocument, callback: TakenCallback) {
    const now = this.#clock.now();
    const integration = await updateAndRead(
      this.#model,
      { _id, userId: callback.userId, externalId, ...OLDER, status: { $ne: "linked" } },
      {
        $set: {
          ...this.#fresh(callback, now),
          ...(createdAt instanceof Date ? {} : { createdAt: now }),
        },
      },
    );
    return integration && { integration, outcome: "taken_over" as const };
  }

  /** Undefined when the document changed meanwhile: then it is to be read again. */
  async #applyTo(existing: Integration, callback: TakenCallback) {
    const { target } = callback;
    if (isOutdated(existing, target)) {
      return { integration: existing, outcome: "unchanged" as const };
    }
    if (isLinkedElsewhere(existing, target.wabaId, target.numberShown)) {
      return { integration: existing, outcome: "conflict" as const };
    }
    const keepsLinked = keeps(existing) && existing.meta.wabaId === target.wabaId;
    const integration = await updateAndRead(
      this.#model,
      {
        _id: existing._id,
        provider: PROVIDER,
        status: existing.status,
        "meta.senderId": existing.meta.senderId ?? null,
        "meta.twilioSubaccountSid": existing.meta.twilioSubaccountSid ?? null,
        "registration.generation": existing.registration.generation,
      },
      keepsLinked ? this.#refresh(existing, callback) : this.#retarget(existing, callback),
    );
    if (!integration) return undefined;
    return {
      integration,
      outcome: keepsLinked ? ("kept_linked" as const) : ("retargeted" as const),
    };
  }

  /** A working number confirmed by the same WABA stays as it is and learns what is new. */
  #refresh(existing: Integration, callback: TakenCallback) {
    const now = this.#clock.now();
    return {
      $set: {
        ...addedMeta(callback),
        "registration.target": targetAfter(existing, callback),
        ...(callback.displayName ? { "registration.displayName": callback.displayName } : {}),
        // A look right after the signup tells its customer how the number is now.
        "registration.dueAt": now,
        "registration.updatedAt": now,
        updatedAt: now,
      },
      $inc: { "registration.generation": 1 },
      $push: historyPush({ at: now, event: "onboarding_callback_received" }),
    };
  }

  #retarget(existing: Integration, callback: TakenCallback) {
    const now = this.#clock.now();
    const sameWaba = existing.meta.wabaId === callback.target.wabaId;
    const { twilioSubaccountSid, senderId } = existing.meta;
    const left: DiscardedSender[] =
      !sameWaba && twilioSubaccountSid && senderId
        ? [{ subaccountSid: twilioSubaccountSid, senderId }]
        : [];
    return {
      $set: {
        status: "pending" as const,
        ...(sameWaba ? addedMeta(callback) : { meta: newMeta(callback) }),
        ...dotted("registration", this.#freshStart(callback, now)),
        "registration.target": targetAfter(existing, callback),
        updatedAt: now,
      },
      $inc: { "registration.generation": 1 },
      $unset: {
        "registration.error": 1,
        "registration.nextAttemptAt": 1,
        "registration.senderStatus": 1,
        "registration.offlineReasons": 1,
        "registration.offlineSince": 1,
        "registration.reasonsSince": 1,
        "registration.missingSince": 1,
        "registration.otherWabaSince": 1,
        "registration.conflict": 1,
        "registration.handOverTo": 1,
        "registration.remakes": 1,
        // What is known of codes and of Twilio's patience holds for the number all the same.
        "registration.verification.method": 1,
        ...(sameWaba
          ? {}
          : {
              "registration.verification.isCounted": 1,
              "registration.verification.submittedAt": 1,
              "registration.verification.seenAt": 1,
            }),
        "registration.disconnectedAt": 1,
      },
      $push: {
        ...historyPush({ at: now, event: "onboarding_callback_received", step: "subaccount" }),
        "registration.discards": { $each: left },
        "registration.formerSubaccounts": {
          $each:
            !sameWaba && twilioSubaccountSid
              ? [{ sid: twilioSubaccountSid, released: existing.status === "disconnected" }]
              : [],
        },
      },
    };
  }

  #freshStart(callback: TakenCallback, now: Date) {
    return {
      ...(callback.displayName ? { displayName: callback.displayName } : {}),
      numberAssigned: callback.numberAssigned,
      step: "subaccount" as const,
      attempts: 0,
      outages: 0,
      looks: 0,
      waitingFor: "twilio" as const,
      waitingSince: now,
      deadlineAt: new Date(now.getTime() + this.#deadlineMs),
      queue: "registration" as const,
      dueAt: now,
      updatedAt: now,
    };
  }
}
