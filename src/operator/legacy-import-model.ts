import { Schema, type Connection, type Model, type Types } from "mongoose";

/** What a document of an earlier service was before it was converted, without what was secret in it. */
export interface LegacyImport {
  /** The document's id, which is the integration's. */
  _id: Types.ObjectId;
  /** The owner, as the integration names it. */
  userId: string;
  /** The number, as the integration keeps it. */
  phoneNumber: string;
  wabaId: string;
  /** The whole document, as it is put back; secrets are not in it. */
  former: Record<string, unknown>;
  /** Names of the fields that held secrets; they are lost. */
  removed: string[];
  /** The pair of owner and WABA had no subaccount on record before. */
  madeSubaccount: boolean;
  importedAt: Date;
  keptUntil: Date;
}

/** How long an import can be undone. */
export const IMPORT_KEPT_MS = 90 * 24 * 60 * 60_000;

export type LegacyImportModel = Model<LegacyImport>;

/** The model on the service's one connection. */
export function legacyImportModel(connection: Connection): LegacyImportModel {
  const schema = new Schema<LegacyImport>(
    {
      _id: { type: Schema.Types.ObjectId, required: true },
      userId: { type: String, required: true },
      phoneNumber: { type: String, required: true },
      wabaId: { type: String, required: true },
      former: { type: Schema.Types.Mixed, required: true },
      removed: { type: [String], required: true },
      madeSubaccount: { type: Boolean, required: true },
      importedAt: { type: Date, required: true },
      keptUntil: { type: Date, required: true },
    },
    { collection: "legacy_imports", versionKey: false, strict: "throw", minimize: false },
  );
  schema.index({ userId: 1 });
  schema.index({ keptUntil: 1 }, { expireAfterSeconds: 0 });
  return connection.model<LegacyImport>("LegacyImport", schema);
}
