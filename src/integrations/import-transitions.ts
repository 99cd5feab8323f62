import type { PhoneNumberType } from "../config/schema.ts";
import { heldByNobody } from "./lease.ts";
import { OURS } from "./ours.ts";
import { deadlineOf, type Term } from "./transitions.ts";

/** What is known of a number that an earlier service connected. */
export interface KnownSender {
  wabaId: string;
  subaccountSid: string;
  senderId: string;
  phoneNumberType: PhoneNumberType;
  facebookBusinessId?: string;
}

/** In place of a signup's session, of which there was none. */
export function importSession(id: string): string {
  return `import_${id}`;
}

/**
 * What an earlier document becomes: a number of which nothing is claimed yet. The check of linked
 * numbers takes it up, which only looks: it links what Twilio shows ONLINE, and makes no sender.
 */
export function imported(
  known: KnownSender,
  { id, reason }: { id: string; reason: string },
  term: Term,
) {
  const { now } = term;
  const { wabaId, subaccountSid, senderId, phoneNumberType, facebookBusinessId } = known;
  return {
    status: "pending",
    meta: {
      wabaId,
      twilioSubaccountSid: subaccountSid,
      ...(facebookBusinessId ? { facebookBusinessId } : {}),
      senderId,
      registeredVia: "twilio_embedded_signup",
      phoneNumberType,
      wabaProof: "twilio",
    },
    registration: {
      generation: 1,
      target: {
        sessionId: importSession(id),
        takenAt: now,
        sessionCreatedAt: now,
        numberShown: false,
      },
      numberAssigned: false,
      step: "online",
      attempts: 0,
      waitingFor: "twilio",
      waitingSince: now,
      deadlineAt: deadlineOf(term),
      formerSubaccounts: [],
      history: [{ at: now, event: "imported", step: "online", reason }],
      updatedAt: now,
    },
    work: { queue: "check", dueAt: now, outages: 0, polls: 0, sendersToRemove: [] },
    updatedAt: now,
  } as const;
}

/** The integration as long as it is what the import made of it, and nobody works on it. */
export function asImported(id: string, now: Date) {
  return {
    ...OURS,
    "registration.target.sessionId": importSession(id),
    "registration.disconnectedAt": { $exists: false },
    "work.sendersToRemove.0": { $exists: false },
    "work.intent": { $exists: false },
    ...heldByNobody(now),
  } as const;
}

/** The owner's integrations that have the pair's subaccount. */
export function sharingSubaccount(userId: string, wabaId: string) {
  return { ...OURS, userId, "meta.wabaId": wabaId } as const;
}
