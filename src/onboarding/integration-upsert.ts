import { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/types.ts";
import { updateAndRead } from "../database/update-and-read.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { findOfLine } from "../integrations/integration-store.ts";
import {
  historyPush,
  PROVIDER,
  type DiscardedSender,
  type Integration,
  type IntegrationMeta,
  type RegistrationTarget,
} from "../integrations/integration.ts";
import { keptSpelling } from "../phone-number.ts";
import { settleSpelling, type LineSpellingModel } from "./line-spellings.ts";

/** What a taken session hands to the registration: all of it was stored by the taking. */
export interface TakenCallback {
  userId: string;
  phoneNumber: string;
  /** As Meta writes it, where Meta was asked about the number. */
  numberAtMeta?: string;
  target: RegistrationTarget;
  facebookBusinessId?: string;
  phoneNumberId?: string;
  phoneNumberType: PhoneNumberType;
  displayName?: string;
  numberAssigned: boolean;
  wabaProof: "meta" | "twilio";
}

/** `conflict`: the number is linked under another WABA and nothing proves that it moved. */
export type UpsertOutcome = "created" | "retargeted" | "kept_linked" | "unchanged" | "conflict";

/**
 * Whether a callback for `wabaId` may not touch this integration: it works under another WABA, and
 * only Meta's word that the number is in the new one may replace it.
 */
export function isLinkedElsewhere(
  existing: Integration | undefined,
  wabaId: string,
  numberShown: boolean,
): boolean {
  return existing?.status === "linked" && existing.meta.wabaId !== wabaId && !numberShown;
}

/** A repeat of the present target, or a callback taken before it or before a disconnect. */
function isOutdated({ registration }: Integration, target: RegistrationTarget): boolean {
  return (
    registration.target.sessionId === target.sessionId ||
    registration.target.takenAt >= target.takenAt ||
    (registration.disconnectedAt !== undefined && registration.disconnectedAt >= target.takenAt)
  );
}

function newMeta(callback: TakenCallback): IntegrationMeta {
  return {
    wabaId: callback.target.wabaId,
    ...(callback.facebookBusinessId ? { facebookBusinessId: callback.facebookBusinessId } : {}),
    registeredVia: "twilio_embedded_signup",
    phoneNumberType: callback.phoneNumberType,
    wabaProof: callback.wabaProof,
    ...(callback.phoneNumberId ? { phoneNumberId: callback.phoneNumberId } : {}),
  };
}

function dotted(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value as unknown]),
  );
}

/** For the same WABA nothing is taken back that an earlier callback told or proved. */
function addedMeta(callback: TakenCallback): Record<string, unknown> {
  const { wabaProof, ...meta } = newMeta(callback);
  return dotted("meta", wabaProof === "meta" ? { ...meta, wabaProof } : meta);
}

/**
 * What Meta showed of the number stays shown while the WABA is the same and nothing was disconnected,
 * until Meta is asked again: most callbacks name no number, which says nothing about it.
 */
function targetAfter(existing: Integration, callback: TakenCallback): RegistrationTarget {
  const { target, numberAtMeta } = callback;
  const { target: former, disconnectedAt } = existing.registration;
  const isKept =
    numberAtMeta === undefined &&
    disconnectedAt === undefined &&
    existing.meta.wabaId === target.wabaId;
  return { ...target, numberShown: target.numberShown || (isKept && former.numberShown) };
}

/** Turns taken callbacks into Integration documents; safe to repeat and to race. */
export class IntegrationUpsert {
  readonly #model: IntegrationModel;
  readonly #spellings: LineSpellingModel;
  readonly #clock: Clock;
  readonly #deadlineMs: number;

  constructor(deps: {
    model: IntegrationModel;
    spellings: LineSpellingModel;
    clock: Clock;
    deadlineMs: number;
  }) {
    this.#model = deps.model;
    this.#spellings = deps.spellings;
    this.#clock = deps.clock;
    this.#deadlineMs = deps.deadlineMs;
  }

  /** Applies the callback to the owner's integration of the number (contract.md, "The upsert"). */
  async apply(
    callback: TakenCallback,
  ): Promise<{ integration: Integration; outcome: UpsertOutcome }> {
    for (;;) {
      const { userId, phoneNumber } = callback;
      const existing = await findOfLine(this.#model, userId, phoneNumber);
      const applied = existing
        ? await this.#applyTo(existing, callback)
        : await this.#insert(callback);
      if (applied) return applied;
    }
  }

  /** Undefined when another process inserted the line's first: then it is to be updated. */
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
      status: "pending",
      meta: newMeta(callback),
      registration: {
        generation: 1,
        ...this.#freshStart(callback, now),
        target: callback.target,
        discards: [],
        formerSubaccounts: [],
        history: [{ at: now, event: "onboarding_callback_received", step: "subaccount" }],
      },
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.#model.create(integration);
      return { integration, outcome: "created" as const };
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  /** Undefined when the document changed meanwhile: then it is to be read again. */
  async #applyTo(existing: Integration, callback: TakenCallback) {
    const { target } = callback;
    if (isOutdated(existing, target))
      return { integration: existing, outcome: "unchanged" as const };
    if (isLinkedElsewhere(existing, target.wabaId, target.numberShown))
      return { integration: existing, outcome: "conflict" as const };
    const keepsLinked = existing.status === "linked" && existing.meta.wabaId === target.wabaId;
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
        // The look puts a new proof into the holds, which others may outweigh until then.
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
        "registration.missingSince": 1,
        "registration.remakes": 1,
        "registration.verification": 1,
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
