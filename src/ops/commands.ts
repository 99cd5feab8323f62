import { disconnect, recheck, release, retry, revoke } from "./acts.ts";
import { assign } from "./assign.ts";
import type { OpsCommand } from "./command.ts";
import { erase } from "./erase.ts";
import { explain } from "./explain.ts";
import { exportOwner } from "./export.ts";
import { find } from "./find.ts";
import { handOver } from "./hand-over.ts";
import { importLegacy } from "./import-legacy.ts";
import { list } from "./list.ts";
import { unassign } from "./unassign.ts";

/** The operator's commands by name, in the order of the help. */
export const OPS_COMMANDS: Readonly<Record<string, OpsCommand>> = {
  find,
  explain,
  list,
  retry,
  recheck,
  release,
  revoke,
  disconnect,
  assign,
  unassign,
  "hand-over": handOver,
  erase,
  export: exportOwner,
  "import-legacy": importLegacy,
};

/** The help: every command and what it does. */
export function opsUsage(): string {
  return `Usage:\n${Object.values(OPS_COMMANDS)
    .map(({ usage }) => `  npm run ops -- ${usage}\n`)
    .join("")}`;
}
