import type { TestDatabase } from "./database.ts";

/** Every document of every collection, to be compared or searched. */
export async function dump({ connection }: TestDatabase): Promise<Record<string, unknown[]>> {
  const collections = await connection.listCollections();
  const names = collections.map(({ name }) => name).toSorted();
  const documents = names.map(async (name) => {
    const found = await connection.collection(name).find().sort({ _id: 1 }).toArray();
    return [name, found] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

/** The same as one text. */
export async function dumpText(database: TestDatabase): Promise<string> {
  return JSON.stringify(await dump(database));
}
