import type { Model } from "mongoose";
import type { Clock } from "../clock.ts";
import type { NumberRelayModel } from "../code-relay/number-relay-model.ts";
import { OLDER } from "../integrations/older-documents.ts";
import { OURS } from "../integrations/ours.ts";
import type { Logger } from "../logger.ts";
import type { Models } from "../models.ts";
import type { ErasureStore } from "./erasure-store.ts";
import { EXPORTED } from "./exported-fields.ts";

type Document = Record<string, unknown>;

/** All that is stored about one owner, as it may be handed to that owner. */
export interface OwnerExport {
  userId: string;
  exportedAt: Date;
  integrations: Document[];
  signupSessions: Document[];
  lineSpellings: Document[];
  numberHolds: Document[];
  wabaHolds: Document[];
  numberAssignments: Document[];
  subaccounts: Document[];
  /** What the owner did with one-time codes in the last day; the codes are not stored. */
  codeUses: { line: string; use: string; at: Date }[];
  /** Signups of which codes are relayed at this moment. */
  relays: { line: string; sessionId: string; channel: string; locale: string; until: Date }[];
  legacyImports: Document[];
  /** Documents of an earlier service: what is in them is that service's to tell. */
  olderDocuments: { id: string; externalId: unknown; status: unknown }[];
  erasure: { reason: string; requestedAt: Date; completedAt: Date | null } | null;
}

export interface OwnerExportsDeps {
  models: Models;
  relays: NumberRelayModel;
  erasures: ErasureStore;
  clock: Clock;
  logger: Logger;
}

/** Collects what is stored about an owner. Of each collection only named fields leave. */
export class OwnerExports {
  readonly #deps: OwnerExportsDeps;

  constructor(deps: OwnerExportsDeps) {
    this.#deps = deps;
  }

  /** @param reason for the log, which names the owner and whoever asked */
  async of(userId: string, reason?: string): Promise<OwnerExport> {
    const { models, clock, logger } = this.#deps;
    logger.info(
      { event: "operator_action", action: "export", userId, reason: reason ?? null },
      "The operator exports an owner's data",
    );
    const { holds } = models;
    const whose = { userId };
    const ours = { ...whose, ...OURS };
    const fields = EXPORTED;
    return {
      userId,
      exportedAt: clock.now(),
      integrations: await given(models.integrations, ours, fields.integrations),
      signupSessions: await given(models.sessions, whose, fields.signup_sessions),
      lineSpellings: await given(models.spellings, whose, fields.line_spellings),
      numberHolds: await given(holds.numberHolds, whose, fields.number_holds),
      wabaHolds: await given(holds.wabaHolds, whose, fields.waba_holds),
      numberAssignments: await given(models.assignments, whose, fields.number_assignments),
      subaccounts: await given(models.subaccounts, whose, fields.twilio_subaccounts),
      codeUses: await this.#codeUses(userId),
      relays: await this.#relays(userId),
      legacyImports: await given(models.legacyImports, whose, fields.legacy_imports),
      olderDocuments: await this.#olderDocuments(userId),
      erasure: await this.#erasure(userId),
    };
  }

  async #codeUses(userId: string): Promise<OwnerExport["codeUses"]> {
    const found = await this.#deps.models.lineCodes.find({ "uses.userId": userId }).lean();
    return found.flatMap(({ _id: line, uses }) =>
      uses.filter((one) => one.userId === userId).map(({ use, at }) => ({ line, use, at })),
    );
  }

  async #relays(userId: string): Promise<OwnerExport["relays"]> {
    const found: OwnerExport["relays"] = [];
    const all = this.#deps.relays.find({}, { sessions: 1 }).lean().cursor();
    for await (const { _id: line, sessions = {} } of all) {
      for (const [sessionId, session] of Object.entries(sessions)) {
        if (session.userId !== userId) continue;
        const { channel, locale, until } = session;
        found.push({ line, sessionId, channel, locale, until });
      }
    }
    return found;
  }

  async #olderDocuments(userId: string): Promise<OwnerExport["olderDocuments"]> {
    const found = (await this.#deps.models.integrations
      .find({ userId, ...OLDER }, { externalId: 1, status: 1 })
      .lean()) as unknown as Document[];
    return found.map(({ _id, externalId, status }) => ({
      id: String(_id),
      externalId: externalId ?? null,
      status: status ?? null,
    }));
  }

  async #erasure(userId: string): Promise<OwnerExport["erasure"]> {
    const erasure = await this.#deps.erasures.find(userId);
    if (!erasure) return null;
    const { reason, requestedAt, completedAt = null } = erasure;
    return { reason, requestedAt, completedAt };
  }
}

/** The named fields of the documents, the oldest first. */
async function given<T>(
  model: Model<T>,
  whose: Record<string, unknown>,
  { given: names }: { given: readonly string[] },
): Promise<Document[]> {
  const fields: Record<string, 0 | 1> = Object.fromEntries(names.map((name) => [name, 1]));
  if (!names.includes("_id")) fields._id = 0;
  const found = await model
    .find(whose as never, fields)
    .sort({ _id: 1 })
    .lean();
  return found;
}
