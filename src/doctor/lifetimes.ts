import { fail, ok, warn, type Finding } from "./check.ts";

/** Last day of security fixes by major version; odd ones live for half a year (nodejs/Release). */
const NODE_ENDS: Readonly<Record<number, string>> = {
  20: "2026-04-30",
  21: "2024-06-01",
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
};
const NODE_OLDEST = 20;

/**
 * Last day of a version of the Graph API: two years after the next one came out. v20.0: docs/domain.md
 * 1.5; the others follow from Meta's changelog.
 */
const GRAPH_ENDS: Readonly<Record<number, string>> = {
  20: "2026-09-24",
  21: "2027-01-21",
  22: "2027-05-29",
  23: "2027-10-08",
  24: "2028-02-18",
};
const GRAPH_OLDEST = 20;

/** Last day of security fixes by major version (mongodb.com/legal/support-policy/lifecycles). */
const MONGODB_ENDS: Readonly<Record<number, string>> = {
  4: "2024-02-29",
  5: "2024-10-31",
  6: "2025-07-31",
  7: "2027-08-31",
  8: "2029-10-31",
};
/** The driver speaks with no older one. */
const MONGODB_OLDEST = [4, 2] as const;

const SOON_DAYS = 90;
const DAY_MS = 86_400_000;

/** Whether this version of Node gets security fixes. */
export function nodeFinding(version: string, now: Date): Finding {
  const major = Number.parseInt(version.replace("v", ""), 10);
  if (major < NODE_OLDEST) return fail(`Node ${version} is too old for this service. Install 24.`);
  const left = daysLeft(NODE_ENDS[major], now);
  if (left === undefined) return ok(`Node ${version}`);
  if (left < 0) return warn(`Node ${version} gets no security fixes any more. Install 24.`);
  return left < SOON_DAYS
    ? warn(`Node ${version} gets security fixes until ${NODE_ENDS[major]} only. Install 24.`)
    : ok(`Node ${version}`);
}

/** Whether Meta still serves this version of its Graph API. */
export function graphFinding(version: string, now: Date): Finding {
  const major = Number.parseInt(version.slice(1), 10);
  const end = GRAPH_ENDS[major];
  const left = major < GRAPH_OLDEST ? -1 : daysLeft(end, now);
  const remedy = "Leave META_GRAPH_VERSION unset, or set a newer one.";
  if (left === undefined) return ok(`Graph API ${version}`);
  if (left < 0) return fail(`Meta's Graph API ${version} has reached its end. ${remedy}`);
  return left < SOON_DAYS
    ? warn(`Meta's Graph API ${version} ends on ${end}. ${remedy}`)
    : ok(`Graph API ${version}`);
}

/** Whether this version of MongoDB can be used, and gets security fixes. */
export function mongodbFinding(version: string, now: Date): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = MONGODB_OLDEST;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    return fail(`MongoDB ${version} is too old for this service. Upgrade it to 8.0.`);
  }
  const left = daysLeft(MONGODB_ENDS[major], now);
  return left !== undefined && left < 0
    ? warn(`MongoDB ${version} gets no security fixes any more. Upgrade it to 8.0.`)
    : ok(`MongoDB ${version}`);
}

/** Days until the end of the last day; undefined where no end is known. */
function daysLeft(lastDay: string | undefined, now: Date): number | undefined {
  if (lastDay === undefined) return undefined;
  return (new Date(lastDay).getTime() + DAY_MS - now.getTime()) / DAY_MS;
}
