import type { Connection } from "mongoose";
import { eventually } from "./wait.ts";

/**
 * Takes the lease of one registration, as if another process worked on it.
 * @returns gives it back
 */
export async function occupy(
  connection: Connection,
  one: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const integrations = connection.collection("integrations");
  const until = new Date(Date.now() + 600_000);
  const lease = { owner: "another", token: "its-own", until, claimedAt: new Date() };
  await eventually(
    () =>
      integrations.updateOne(
        { ...one, "work.lease": { $exists: false } },
        { $set: { "work.lease": lease, "work.dueAt": until } },
      ),
    ({ matchedCount }) => matchedCount === 1,
  );
  return async () => {
    const change = {
      $set: { "work.dueAt": new Date() },
      $unset: { "work.lease": 1 },
    };
    await integrations.updateOne(one, change);
  };
}
