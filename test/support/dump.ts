import type { TestDatabase } from "./database.ts";

/** Every request with a token is counted there, also one that changes nothing. */
const COUNTERS = "rate_limits";

/** Every document of every collection, to be compared; but for the counters of requests. */
export async function dump(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const { [COUNTERS]: _counters, ...others } = await dumpAll(database);
  return others;
}

/** All that is stored, as one text, to be searched. */
export async function dumpText(database: TestDatabase): Promise<string> {
  return JSON.stringify(await dumpAll(database));
}

async function dumpAll({ connection }: TestDatabase): Promise<Record<string, unknown[]>> {
  const collections = await connection.listCollections();
  const names = collections.map(({ name }) => name).toSorted();
  const documents = names.map(async (name) => {
    const found = await connection.collection(name).find().sort({ _id: 1 }).toArray();
    return [name, found] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}
