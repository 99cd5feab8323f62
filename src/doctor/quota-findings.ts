import type { Quotas } from "../limits/quotas.ts";
import { ok, warn, type Finding } from "./check.ts";

/** How much of what Twilio and Meta allow is used, as this database knows it. */
export async function quotaFindings(quotas: Quotas): Promise<Finding[]> {
  const [{ used, limit, state, freeAt }, lines] = await Promise.all([
    quotas.onboardings(),
    quotas.linesNearLimit(),
  ]);
  const week = `${used} of ${limit} new WABAs in seven days (SIGNUP_WEEKLY_LIMIT)`;
  const until = freeAt ? `; the next one is free at ${freeAt.toISOString()}` : "";
  return [
    state === "free"
      ? ok(week)
      : warn(
          `${week}${until}. Spread what can wait, and ask Meta for Meta Business Partner status, or set SIGNUP_WEEKLY_LIMIT to what you were given.`,
        ),
    ...(lines === 0
      ? []
      : [
          warn(
            `${lines} number${lines === 1 ? " has" : "s have"} nearly used up the ten registrations and codes that Meta allows in 72 hours. Search the log for line_requests, and tell their owners to wait.`,
          ),
        ]),
  ];
}
