import { expect } from "@jest/globals";
import type { Types } from "mongoose";
import type { TestService } from "../../support/service.ts";
import { PLANTED } from "./older-service.ts";
import { ops } from "./run.ts";

export const REASON = "the old service is switched off";

/** The command in its ways, each of which has to end well and to show no planted secret. */
export function importLegacyOf(service: () => TestService) {
  const stored = (_id: Types.ObjectId) =>
    service().database.connection.collection("integrations").findOne({ _id });
  async function run(...typed: string[]) {
    const result = await ops(service(), "import-legacy", ...typed);
    expect({ code: result.code, warnings: result.warnings }).toEqual({ code: 0, warnings: [] });
    expect(result.out + result.logText).not.toContain(PLANTED);
    return result;
  }
  const apply = (id: string, ...typed: string[]) =>
    run(id, ...typed, "--apply", "--reason", REASON);
  const undo = (id: string) => run(id, "--undo", "--reason", "a mistake");
  return { stored, run, apply, undo };
}
