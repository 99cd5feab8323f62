import type { Logger } from "../logger.ts";

/** So many in a rolling window. */
export interface Quota {
  limit: number;
  windowMs: number;
}

/** How much of a quota is used. */
export interface QuotaUse {
  used: number;
  limit: number;
  state: "free" | "near" | "reached";
  /** When it is no longer nearly used, if nothing more is used until then; absent while it is not. */
  nearUntil?: Date;
  /** When the next one fits; absent where one fits now. */
  freeAt?: Date;
}

/** From here on somebody is told. */
const NEAR = 0.8;

/** What these uses, in any order, come to now. */
export function quotaUse(times: readonly Date[], quota: Quota, now: Date): QuotaUse {
  const { limit, windowMs } = quota;
  const inWindow = times
    .map((at) => at.getTime())
    .filter((at) => now.getTime() - at < windowMs)
    .toSorted((one, other) => one - other);
  const used = inWindow.length;
  /** When fewer than `count` are left in the window. */
  const below = (count: number): Date | undefined => {
    const leaving = inWindow[used - count];
    return leaving === undefined ? undefined : new Date(leaving + windowMs);
  };
  const nearUntil = below(Math.ceil(limit * NEAR));
  const freeAt = below(limit);
  return {
    used,
    limit,
    state: freeAt ? "reached" : nearUntil ? "near" : "free",
    ...(nearUntil ? { nearUntil } : {}),
    ...(freeAt ? { freeAt } : {}),
  };
}

const HAPPENS = {
  onboardings_per_week: "Twilio and Meta let no more new customers in than so many in seven days",
  line_requests: "Meta takes no more registrations and codes of a number than so many in 72 hours",
} as const;
export type QuotaName = keyof typeof HAPPENS;

/** A line in the log, unless enough is free. */
export function warnOfQuota(
  logger: Logger,
  quota: QuotaName,
  { used, limit, state, freeAt }: QuotaUse,
  of: { phoneNumber?: string; userId?: string } = {},
): void {
  if (state === "free") return;
  const said = state === "near" ? "is nearly used up" : "is used up";
  logger.warn(
    { ...of, quota, state, used, limit, ...(freeAt ? { freeAt } : {}) },
    `A quota ${said}: ${HAPPENS[quota]}`,
  );
}
