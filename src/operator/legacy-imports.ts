import type { Types } from "mongoose";
import type { Clock } from "../clock.ts";
import type { PhoneNumberType } from "../config/schema.ts";
import { isDuplicateKey } from "../database/duplicate-key.ts";
import { asImported, imported, sharingSubaccount } from "../integrations/import-transitions.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { OLDER } from "../integrations/older-documents.ts";
import { PROVIDER } from "../integrations/ours.ts";
import type { Logger } from "../logger.ts";
import {
  forgetSpelling,
  settleSpelling,
  type LineSpellingModel,
} from "../onboarding/line-spellings.ts";
import type { HoldStore } from "../ownership/hold-store.ts";
import type { SubaccountStore } from "../subaccounts/subaccount-store.ts";
import type { ToldOfLegacy } from "./legacy-document.ts";
import type { Convertible, Examined, LegacyExamination } from "./legacy-examination.ts";
import {
  IMPORT_KEPT_MS,
  type LegacyImport,
  type LegacyImportModel,
} from "./legacy-import-model.ts";

type Document = Record<string, unknown> & { _id: Types.ObjectId };

/** What became of one document, or would. Holds no secret. */
export interface ImportResult extends Omit<Examined, "cleaned"> {
  id: string;
  outcome: "convertible" | "converted" | "incomplete" | "in_the_way";
  /** Fields that hold secrets, by name. */
  secrets: string[];
}

/** What became of one import that was to be undone. */
export interface UndoResult {
  id: string;
  userId: string;
  phoneNumber: string;
  outcome: "undone" | "changed_since";
  /** Fields that stay lost, by name. */
  lost: string[];
}

export interface LegacyImportsDeps {
  examination: LegacyExamination;
  integrations: IntegrationModel;
  spellings: LineSpellingModel;
  imports: LegacyImportModel;
  subaccounts: SubaccountStore;
  holds: HoldStore;
  clock: Clock;
  deadlineMs: number;
  phoneNumberType: PhoneNumberType;
  wakeWorker: () => void;
  logger: Logger;
}

/** Which documents, and what the operator says of one of them. */
export interface ImportRequest {
  /** One document; all of them where it is missing. */
  id?: string;
  told?: ToldOfLegacy;
  /** Without it nothing is changed. */
  apply?: { reason: string };
}

/** Makes integrations of what an earlier service left in the collection, and takes that back. */
export class LegacyImports {
  readonly #deps: LegacyImportsDeps;

  constructor(deps: LegacyImportsDeps) {
    this.#deps = deps;
  }

  /** Examines, and converts where asked to; what is converted is not found again. */
  async *run({ id, told = {}, apply }: ImportRequest): AsyncGenerator<ImportResult> {
    const condition = { ...OLDER, ...(id === undefined ? {} : { _id: this.#idOf(id) }) };
    const found = this.#collection.find(condition).sort({ _id: 1 });
    for await (const document of found) yield this.#runOne(document, told, apply);
  }

  /** Puts documents back as they were, but for their secrets. */
  async *undo({ id, reason }: { id?: string; reason: string }): AsyncGenerator<UndoResult> {
    const condition = id === undefined ? {} : { _id: this.#idOf(id) };
    const found = this.#deps.imports.find(condition).sort({ _id: 1 }).lean().cursor();
    for await (const one of found) yield this.#undoOne(one, reason);
  }

  get #collection() {
    return this.#deps.integrations.collection;
  }

  #idOf(id: string) {
    return this.#deps.integrations.castObject({ _id: id })._id;
  }

  async #runOne(
    document: Document,
    told: ToldOfLegacy,
    apply: ImportRequest["apply"],
  ): Promise<ImportResult> {
    const { cleaned, ...examined } = await this.#deps.examination.examine(document, told);
    const result = { id: String(document._id), ...examined, secrets: cleaned.removed };
    const { convertible, missing } = examined;
    if (missing.length > 0) return { ...result, outcome: "incomplete" };
    if (!convertible) return { ...result, outcome: "in_the_way" };
    if (!apply) return { ...result, outcome: "convertible" };
    const obstacle = await this.#convert(document, convertible, cleaned, apply.reason);
    if (obstacle) return { ...result, obstacle, outcome: "in_the_way" };
    return { ...result, outcome: "converted" };
  }

  /**
   * What it was is stored first, so whoever dies in between leaves a document that is as it was, or
   * one that can be put back. @returns why not
   */
  async #convert(
    document: Document,
    known: Convertible,
    { kept, removed }: Examined["cleaned"],
    reason: string,
  ): Promise<string | undefined> {
    const { imports, subaccounts, spellings, clock, wakeWorker } = this.#deps;
    const { _id, externalId, updatedAt } = document;
    const { userId, wabaId, subaccountSid, phoneNumber } = known;
    const before = await imports.findById(_id).lean();
    const madeSubaccount =
      before?.madeSubaccount ?? (await subaccounts.sidOf(userId, wabaId)) === undefined;
    const importedAt = clock.now();
    const spelling = await settleSpelling(spellings, userId, phoneNumber);
    await imports.replaceOne(
      { _id },
      {
        userId,
        phoneNumber: spelling,
        wabaId,
        former: kept,
        removed,
        madeSubaccount,
        importedAt,
        keptUntil: new Date(importedAt.getTime() + IMPORT_KEPT_MS),
      },
      { upsert: true },
    );
    if (!(await subaccounts.recordKnown(userId, wabaId, subaccountSid))) {
      return "another subaccount was recorded meanwhile";
    }
    try {
      const { matchedCount } = await this.#collection.replaceOne(
        { _id, ...OLDER, externalId, updatedAt: updatedAt ?? null },
        { ...kept, ...this.#integrationOf(document, { ...known, phoneNumber: spelling }, reason) },
      );
      if (matchedCount === 0) return "it was changed meanwhile; repeat it";
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return "another document has the same owner and number";
    }
    this.#log("import_legacy", { integrationId: String(_id), userId, phoneNumber, reason });
    wakeWorker();
    return undefined;
  }

  #integrationOf({ _id, createdAt }: Document, known: Convertible, reason: string) {
    const { clock, deadlineMs, phoneNumberType } = this.#deps;
    const { userId, phoneNumber, wabaId, subaccountSid, senderId, facebookBusinessId } = known;
    const now = clock.now();
    const sender = {
      wabaId,
      subaccountSid,
      senderId,
      phoneNumberType,
      ...(facebookBusinessId ? { facebookBusinessId } : {}),
    };
    return {
      userId,
      provider: PROVIDER,
      externalId: phoneNumber,
      ...imported(sender, { id: String(_id), reason }, { now, deadlineMs }),
      createdAt: createdAt instanceof Date ? createdAt : now,
    };
  }

  /** What died in between is done once more: each part may be missing already. */
  async #undoOne(one: LegacyImport, reason: string): Promise<UndoResult> {
    const { imports, holds, spellings, subaccounts, clock, integrations } = this.#deps;
    const { _id, userId, phoneNumber, wabaId, former, removed, madeSubaccount } = one;
    const result = { id: String(_id), userId, phoneNumber, lost: removed };
    const condition = { _id, ...asImported(String(_id), clock.now()) };
    const current = await integrations.findOne(condition).lean();
    const isPutBack = !current && (await this.#collection.findOne({ _id, ...OLDER })) !== null;
    if (!current && !isPutBack) return { ...result, outcome: "changed_since" };
    const held = { _id, userId, externalId: phoneNumber, meta: { wabaId } };
    let isChanged = false;
    await holds
      .end(held, async () => {
        if (isPutBack) return;
        const { matchedCount } = await this.#collection.replaceOne(condition, former);
        isChanged = matchedCount === 0;
        if (isChanged) throw new ChangedSinceError();
      })
      .catch(orChanged);
    if (isChanged) return { ...result, outcome: "changed_since" };
    const sid = madeSubaccount && (await subaccounts.sidOf(userId, wabaId));
    if (sid && !(await integrations.exists(sharingSubaccount(userId, wabaId)))) {
      await subaccounts.deleteKnown(userId, wabaId, sid);
    }
    await forgetSpelling(spellings, userId, phoneNumber);
    await imports.deleteOne({ _id });
    this.#log("undo_import_legacy", { integrationId: String(_id), userId, phoneNumber, reason });
    return { ...result, outcome: "undone" };
  }

  #log(
    action: "import_legacy" | "undo_import_legacy",
    about: { integrationId: string; userId: string; phoneNumber: string; reason: string },
  ): void {
    this.#deps.logger.info(
      { event: "operator_action", action, ...about },
      "The operator brings in what an earlier service connected, or takes that back",
    );
  }
}

/** Ends nothing: the integration is another one by now. */
class ChangedSinceError extends Error {
  override readonly name = "ChangedSinceError";
}

function orChanged(error: unknown): void {
  if (!(error instanceof ChangedSinceError)) throw error;
}
