import type { Collection, IndexDefinition, IndexOptions } from "mongoose";

const GROUPS_SHOWN = 5;
const DOCUMENTS_SHOWN = 10;

interface Group {
  values: unknown[];
  ids: unknown[];
  count: number;
}

/** The documents that stand in the way of a unique index: a line per group, five at most. */
export async function findDuplicates(
  collection: Collection,
  fields: IndexDefinition,
  options: IndexOptions,
): Promise<string[]> {
  const names = Object.keys(fields);
  const groups = await collection
    .aggregate<Group>(
      [
        { $match: { $and: [options.partialFilterExpression ?? {}, sparseFilter(names, options)] } },
        {
          $group: {
            // In an array a missing field becomes null, which a unique index takes it for, too.
            _id: names.map((name) => `$${name}`),
            ids: { $push: "$_id" },
            count: { $sum: 1 },
          },
        },
        { $match: { count: { $gt: 1 } } },
        { $limit: GROUPS_SHOWN + 1 },
        {
          $project: {
            _id: 0,
            values: "$_id",
            count: 1,
            ids: { $slice: ["$ids", DOCUMENTS_SHOWN] },
          },
        },
      ],
      { allowDiskUse: true },
    )
    .toArray();
  const lines = groups.slice(0, GROUPS_SHOWN).map((group) => describe(group, names));
  return groups.length > GROUPS_SHOWN ? [...lines, "  - and further ones"] : lines;
}

function sparseFilter(names: string[], options: IndexOptions): Record<string, unknown> {
  return options.sparse ? { $or: names.map((name) => ({ [name]: { $exists: true } })) } : {};
}

function describe({ values, ids, count }: Group, names: string[]): string {
  const fields = names.map((name, i) => `${name} ${JSON.stringify(values[i])}`).join(", ");
  const more = count > ids.length ? ` and ${count - ids.length} more` : "";
  return `  - ${fields}: _id ${ids.map(String).join(", ")}${more}`;
}
