import type { IntegrationChange } from "./change.ts";

/** What Twilio shows of how the number stands at WhatsApp, in its own words; nothing decides by it. */
export interface ShownHealth {
  /** Of a name that is under review, or was lately. */
  displayNameStatus?: string;
  qualityRating?: string;
  messagingLimit?: string;
}

/** The last that was shown, and when. */
export interface Health extends ShownHealth {
  checkedAt: Date;
}

const FIELDS = ["displayNameStatus", "qualityRating", "messagingLimit"] as const;

/** A check showed how the number stands; what it did not show is not known any more. */
export function healthShown(shown: ShownHealth, now: Date): IntegrationChange {
  const known = FIELDS.filter((field) => shown[field] !== undefined);
  const unknown = FIELDS.filter((field) => shown[field] === undefined);
  return {
    $set: {
      ...Object.fromEntries(known.map((field) => [`health.${field}`, shown[field]])),
      "health.checkedAt": now,
    },
    ...(unknown.length > 0
      ? { $unset: Object.fromEntries(unknown.map((field) => [`health.${field}`, 1 as const])) }
      : {}),
  };
}
