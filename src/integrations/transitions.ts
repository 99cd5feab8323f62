import { COUNT_AGAIN, FORGET_SENDER, historyPush, UNTROUBLED } from "./change.ts";
import type { IntegrationChange } from "./change.ts";
import type { Integration, Step, WaitingFor } from "./integration.ts";
import { senderState } from "./sender-status.ts";

/** When a change is made, and how long the registration has from then on. */
export interface Term {
  now: Date;
  deadlineMs: number;
}

export interface RetryRequest extends Term {
  displayName?: string;
  method?: "sms" | "voice";
  /** The operator's words, for the history. */
  reason?: string;
}

export interface DisconnectRequest extends Term {
  /** The operator's words, for the history. */
  reason?: string;
  /** The integration that goes on once this one is disconnected. */
  handOverTo?: string;
}

/** When a registration that begins now has to be at its end. */
export function deadlineOf({ now, deadlineMs }: Term): Date {
  return new Date(now.getTime() + deadlineMs);
}

/** The worker takes it up at once, with a whole term before it. */
function beginningAnew(term: Term) {
  const { now } = term;
  return {
    "work.queue": "registration",
    "work.dueAt": now,
    ...COUNT_AGAIN,
    "registration.waitingFor": "twilio",
    "registration.waitingSince": now,
    "registration.deadlineAt": deadlineOf(term),
    "registration.updatedAt": now,
    updatedAt: now,
  } as const;
}

/**
 * What another step writes, for a write that also says what it follows from: apart from each other, a
 * sender's status and the step that it stands for would contradict each other.
 */
export function progressed(
  { registration }: Integration,
  step: Step,
  waitingFor: WaitingFor,
  now: Date,
) {
  const sameWait = registration.waitingFor === waitingFor && registration.step === step;
  return {
    $set: {
      "registration.step": step,
      ...COUNT_AGAIN,
      "registration.waitingFor": waitingFor,
      ...(sameWait ? {} : { "registration.waitingSince": now }),
    },
    $unset: {
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      "work.intent": 1,
    },
  } satisfies IntegrationChange;
}

/** A registration starts again where it stopped. */
export function retried(integration: Integration, request: RetryRequest) {
  const { now, displayName, method, reason } = request;
  const { registration, meta } = integration;
  // Whether it is still OFFLINE is for the poll to say: a sender that works is never removed.
  const remade =
    integration.status === "error" && senderState(registration.senderStatus ?? "") === "offline";
  return {
    $set: {
      status: "pending",
      "registration.step": stepToRetry(integration),
      ...(remade && meta.senderId ? { "registration.sender.replaceIfOffline": meta.senderId } : {}),
      ...beginningAnew(request),
      ...(displayName ? { "registration.displayName": displayName } : {}),
      ...(method
        ? {
            "registration.verification.method": method,
            "registration.verification.requestedAt": now,
            "registration.verification.isCounted": true,
          }
        : {}),
    },
    $unset: {
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      // A lease that has run out may still be believed in, by a process that was frozen.
      "work.lease": 1,
      "registration.sender.offlineSince": 1,
      "registration.sender.reasonsSince": 1,
      "registration.conflict": 1,
    },
    $push: historyPush({ at: now, event: "retry_requested", ...(reason ? { reason } : {}) }),
  } satisfies IntegrationChange;
}

/** A registration whose sender had trouble is polled; one without a sender goes back. */
function stepToRetry({ registration, meta }: Integration): Step {
  const { step, senderStatus } = registration;
  if (step === "disconnecting") return step;
  if (meta.senderId === undefined) {
    return step === "number" || step === "sender" ? step : "subaccount";
  }
  if (senderState(senderStatus ?? "") === "awaits_code") return "verification";
  return step === "done" ? "online" : step;
}

/** What a step under way goes by has changed: its claim is lost, and the next one reads it anew. */
export function reconsidered(now: Date) {
  return {
    $set: { "work.dueAt": now },
    $inc: { "registration.generation": 1 },
  } satisfies IntegrationChange;
}

/** The number is to be taken out of WhatsApp. */
export function disconnecting(request: DisconnectRequest) {
  const { now, reason, handOverTo } = request;
  return {
    $set: {
      status: "pending",
      "registration.step": "disconnecting",
      ...beginningAnew(request),
      ...(handOverTo ? { "work.handOverTo": handOverTo } : {}),
    },
    $currentDate: { "registration.disconnectedAt": true },
    $inc: { "registration.generation": 1 },
    $unset: { "registration.error": 1, "registration.nextAttemptAt": 1 },
    $push: historyPush({
      at: now,
      event: "disconnect_requested",
      step: "disconnecting",
      ...(reason ? { reason } : {}),
    }),
  } satisfies IntegrationChange;
}

/** The operator says, meanwhile, which integration goes on afterwards. */
export function handedOver(to: string) {
  return { $set: { "work.handOverTo": to } } satisfies IntegrationChange;
}

/** No sender of the number is left in its subaccount. */
export function disconnected({ registration }: Integration) {
  return {
    $set: {
      status: "disconnected",
      "registration.step": "done",
      // The number is free to leave each subaccount that it was in.
      "registration.formerSubaccounts": registration.formerSubaccounts.map(({ sid }) => ({
        sid,
        released: true,
      })),
      // What Meta showed of the number ends with the sender; the next signup tells anew.
      "registration.target.numberShown": false,
      ...UNTROUBLED,
    },
    $unset: {
      ...FORGET_SENDER,
      "meta.phoneNumberId": 1,
      "work.subaccountMissingSince": 1,
      "registration.conflict": 1,
      "work.examination": 1,
      "work.handOverTo": 1,
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      "registration.waitingFor": 1,
      "registration.waitingSince": 1,
    },
  } satisfies IntegrationChange;
}

/** Twilio says ONLINE, and the number and the WABA are this owner's. */
export function linked() {
  return {
    $set: {
      status: "linked",
      "registration.step": "done",
      "work.queue": "check",
      ...COUNT_AGAIN,
    },
    $unset: {
      "registration.error": 1,
      "registration.nextAttemptAt": 1,
      "registration.waitingFor": 1,
      "registration.waitingSince": 1,
      "registration.verification": 1,
    },
  } satisfies IntegrationChange;
}
