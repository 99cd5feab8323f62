import { INTEGRATION_STATUSES, STEPS, WAITED_FOR } from "../integrations/integration.ts";
import { isProblemCode } from "../problems/catalogue.ts";
import { UsageError, type OpsArguments, type OpsCommand } from "./command.ts";

/** As many as the service lists in one answer. */
const LISTED_MAX = 100;
const DURATION = /^(\d{1,5})([mhd])$/;
const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** `list`: which numbers are in which state, and how many. */
export const list: OpsCommand = {
  usage: `list [--status S] [--step S] [--waiting-for WHO] [--code CODE] [--since 30m|6h|2d] [--json]
      How many numbers are in each state, and the ones that changed last.`,
  read({ options }) {
    const filter = filterOf(options);
    return async ({ deps, print }) => {
      const since =
        filter.sinceMs === undefined ? {} : { since: new Date(Date.now() - filter.sinceMs) };
      const found = await deps.operator.desk.list({ ...filter.exact, ...since }, LISTED_MAX);
      if (options.json) return print(JSON.stringify(found, null, 2));
      for (const { count, status, step, waitingFor, code } of found.counts) {
        const words = [status, step, waitingFor && `waits for ${waitingFor}`, code];
        print(`${String(count).padStart(7)}  ${words.filter(Boolean).join(", ")}`);
      }
      for (const {
        phoneNumber,
        userId,
        integrationId,
        status,
        step,
        error,
      } of found.integrations) {
        print([phoneNumber, integrationId, userId, status, step, error?.code ?? ""].join("  "));
      }
    };
  },
};

function filterOf(options: OpsArguments["options"]) {
  const { code, since } = options;
  const status = oneOf("--status", INTEGRATION_STATUSES, options.status);
  const step = oneOf("--step", STEPS, options.step);
  const waitingFor = oneOf("--waiting-for", WAITED_FOR, options["waiting-for"]);
  if (code !== undefined && !isProblemCode(code)) throw new UsageError(`No code "${code}".`);
  return {
    exact: {
      ...(status ? { status } : {}),
      ...(step ? { step } : {}),
      ...(waitingFor ? { waitingFor } : {}),
      ...(code ? { code } : {}),
    },
    ...(since === undefined ? {} : { sinceMs: durationMs(since) }),
  };
}

function oneOf<T extends string>(
  name: string,
  allowed: readonly T[],
  given: string | undefined,
): T | undefined {
  if (given === undefined) return undefined;
  const found = allowed.find((one) => one === given);
  if (!found) throw new UsageError(`${name} is one of ${allowed.join(", ")}.`);
  return found;
}

function durationMs(text: string): number {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  const minutes = MINUTES[unit];
  if (!count || !minutes) throw new UsageError("--since is a time such as 30m, 6h or 2d.");
  return Number(count) * minutes * 60_000;
}
