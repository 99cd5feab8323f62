import * as callback from "../../../src/integrations/callback-transitions.ts";
import type { IntegrationChange } from "../../../src/integrations/change.ts";
import * as code from "../../../src/integrations/code-transitions.ts";
import * as conflict from "../../../src/integrations/conflict-transitions.ts";
import type { Integration, Step } from "../../../src/integrations/integration.ts";
import * as intent from "../../../src/integrations/intent-transitions.ts";
import * as outcome from "../../../src/integrations/outcome-transitions.ts";
import * as poll from "../../../src/integrations/poll-transitions.ts";
import { senderState } from "../../../src/integrations/sender-status.ts";
import * as sender from "../../../src/integrations/sender-transitions.ts";
import type { TransitionName } from "../../../src/integrations/state-machine.ts";
import type { TakenCallback } from "../../../src/integrations/taken-callback.ts";
import * as base from "../../../src/integrations/transitions.ts";

/** What is outside of the integration when something happens to it. */
export interface Given {
  now: Date;
  /** Of a sender that nobody has seen yet. */
  sid: string;
  subaccountSid: string;
  senderStatus: string;
  reasons: { code: string; message: string }[];
  isSame: boolean;
  yes: boolean;
}

export interface Happening {
  /** Whether it can happen to an integration that is in the right state. */
  needs?: (integration: Integration, given: Given) => boolean;
  change: (integration: Integration, given: Given) => IntegrationChange | undefined;
}

export const WABA = "700000000000001";
const OTHER_WABA = "700000000000002";
const term = ({ now }: Given) => ({ now, deadlineMs: 3_600_000 });
const error = { code: "sender_offline", actor: "customer", retryable: false } as const;
const shownSender = ({ meta }: Integration, given: Given) => ({
  sid: meta.senderId ?? given.sid,
  status: given.senderStatus,
  offlineReasons: senderState(given.senderStatus) === "offline" ? given.reasons : [],
});
const discarded = ({ subaccountSid, sid }: Given) => ({ subaccountSid, senderId: sid });

export const hasSender = ({ meta }: Integration) => meta.senderId !== undefined;
export const isOnline = ({ registration }: Integration) =>
  senderState(registration.senderStatus ?? "") === "online";
const isAt =
  (...steps: readonly Step[]) =>
  ({ status, registration }: Integration) =>
    status === "pending" && steps.includes(registration.step);

export function takenCallback({ now, isSame, yes }: Given, wabaId = WABA): TakenCallback {
  return {
    userId: "owner",
    phoneNumber: "+5511980000001",
    phoneNumberType: "sms_capable",
    displayName: "Padaria",
    numberAssigned: yes,
    wabaProof: yes ? "meta" : "twilio",
    wabaId: isSame ? wabaId : OTHER_WABA,
    target: {
      sessionId: `session-${now.getTime()}`,
      takenAt: now,
      sessionCreatedAt: now,
      numberShown: yes,
    },
  };
}

/** The transitions of the table, with what each needs beside the state. */
export const TABLED: Record<Exclude<TransitionName, "started">, Happening> = {
  confirmed: {
    needs: ({ status, work }, { isSame }) =>
      isSame && (status === "linked" || work.queue === "check"),
    change: (one, given) =>
      callback.confirmed(one, takenCallback(given, one.meta.wabaId), given.now),
  },
  retargeted: {
    needs: ({ status }, { isSame }) => status !== "linked" || !isSame,
    change: (one, given) =>
      callback.retargeted(one, takenCallback(given, one.meta.wabaId), term(given)),
  },
  subaccountFound: {
    change: (one, { isSame, subaccountSid, now }) =>
      sender.subaccountFound(one, (isSame && one.meta.twilioSubaccountSid) || subaccountSid, now),
  },
  subaccountUnknown: { change: (one, { now }) => sender.subaccountUnknown(one, now) },
  numberInPlace: { change: (one, { now }) => sender.numberInPlace(one, now) },
  senderRecorded: {
    change: (one, given) =>
      sender.senderRecorded(
        one,
        { sid: (given.isSame && one.meta.senderId) || given.sid, status: given.senderStatus },
        given.yes ? "sender_created" : "sender_adopted",
        given.now,
      ),
  },
  senderNotListed: { needs: hasSender, change: (one, { now }) => sender.senderNotListed(one, now) },
  stepFollowed: {
    needs: hasSender,
    change: (one, given) => {
      const follows = poll.stepFollowed(one, given.senderStatus, given.now);
      return follows && poll.shown(one, shownSender(one, given), follows).change;
    },
  },
  senderGone: { change: (one, { now }) => sender.senderGone(one, now) },
  senderReplaced: {
    needs: hasSender,
    change: (one, { now, sid }) => sender.senderReplaced(one, one.meta.senderId ?? sid, now),
  },
  linked: {
    needs: (one) => hasSender(one) && isOnline(one) && !one.registration.conflict,
    change: () => base.linked(),
  },
  notLinkedAnyMore: {
    needs: (one) => hasSender(one) && one.work.queue === "check",
    change: (one, given) => {
      const follows = poll.notLinkedAnyMore(one, given.senderStatus, term(given));
      return follows && poll.shown(one, shownSender(one, given), follows).change;
    },
  },
  conflictMet: {
    change: (one, given) =>
      conflict.conflictMet(
        one,
        { about: "number", holderId: "1", holderUserId: "another", metBy: "hold" },
        term(given),
      ),
  },
  failed: {
    change: (one, { yes, now }) => outcome.failed(one, { error, isLost: yes, now }),
  },
  retried: { change: (one, given) => base.retried(one, term(given)) },
  disconnecting: { change: (_one, given) => base.disconnecting(term(given)) },
  disconnected: { change: (one) => base.disconnected(one) },
};

const atCode = isAt("verification");
const isWaiting = isAt("sender", "verification", "online");
const AT = { now: new Date(1), dueAt: new Date(2) };

/** What leaves status and step as they are. */
export const STAYING: Record<string, Happening> = {
  POLLED: { change: () => poll.POLLED },
  CHECKED: { change: () => poll.CHECKED },
  shown: {
    needs: (one, { senderStatus }) =>
      hasSender(one) &&
      (one.status === "error" ||
        (one.status === "pending" && senderState(senderStatus) !== "awaits_code")),
    change: (one, given) => poll.shown(one, shownSender(one, given)).change,
  },
  doubted: {
    needs: hasSender,
    change: (_one, { yes }) => poll.doubted(yes ? "missingSince" : "otherWabaSince"),
  },
  undoubted: { change: (one) => poll.undoubted(one) },
  waited: {
    change: (one, { now, yes }) =>
      outcome.waited(one, { waitingFor: "customer", keepsError: yes, dueAt: now, now }),
  },
  retryScheduled: {
    change: (one, { now, yes }) =>
      outcome.retryScheduled(one, { error, countsAsAttempt: yes, dueAt: now, now }),
  },
  handedOver: { needs: isAt("disconnecting"), change: () => base.handedOver("another") },
  reconsidered: { change: (_one, { now }) => base.reconsidered(now) },
  senderAdopted: { needs: hasSender, change: (_one, { sid }) => sender.senderAdopted(sid) },
  replacementWanted: { needs: hasSender, change: (_one, { sid }) => sender.replacementWanted(sid) },
  toBeRemoved: { change: (_one, given) => sender.toBeRemoved([discarded(given)]) },
  removed: {
    change: ({ work }) => {
      const [first] = work.sendersToRemove;
      return first && sender.removed(first);
    },
  },
  SUBACCOUNT_MISSING: { change: () => sender.SUBACCOUNT_MISSING },
  SUBACCOUNT_SHOWN: { change: () => sender.SUBACCOUNT_SHOWN },
  webhookTried: { change: (_one, { sid }) => sender.webhookTried({ senderId: sid, wanted: "1" }) },
  WEBHOOK_IN_LINE: { change: () => sender.WEBHOOK_IN_LINE },
  intended: {
    change: (one, { subaccountSid }) =>
      intent.intended(one, { id: "1", kind: "create_sender", subaccountSid }),
  },
  SETTLED: { change: () => intent.SETTLED },
  creationSettled: {
    needs: ({ work }) => work.intent !== undefined,
    change: (one, given) =>
      one.work.intent &&
      intent.creationSettled(one, one.work.intent, {
        recorded: one.meta.senderId,
        made: [discarded(given)],
      }),
  },
  createdUnrecorded: {
    change: (_one, given) => intent.createdUnrecorded(discarded(given), given.now),
  },
  CODE_COUNTED: { needs: isAt("sender"), change: () => code.CODE_COUNTED },
  CODE_NOT_SENT: { needs: isAt("sender"), change: () => code.CODE_NOT_SENT },
  CODE_HANDED_OVER: { needs: atCode, change: () => code.CODE_HANDED_OVER },
  CODE_NOT_TAKEN: { needs: atCode, change: () => code.CODE_NOT_TAKEN },
  codeSubmitted: { needs: atCode, change: () => code.codeSubmitted(AT) },
  codeRequested: {
    needs: atCode,
    change: (_one, { now }) => code.codeRequested({ method: "sms", requestedAt: now }, AT),
  },
  codeRefused: { needs: atCode, change: (_one, { now }) => code.codeRefused(error, now) },
  OUTCOME_SEEN: { needs: atCode, change: () => code.OUTCOME_SEEN },
  OUTCOME_NOT_SEEN: { needs: atCode, change: () => code.OUTCOME_NOT_SEEN },
  codeWrong: { needs: atCode, change: (_one, { now }) => code.codeWrong(error, now) },
  CONFLICT_ENDED: { change: () => conflict.CONFLICT_ENDED },
  CONFLICT_ANEW: {
    needs: (one) => isWaiting(one) && one.registration.conflict !== undefined,
    change: () => conflict.CONFLICT_ANEW,
  },
  examinationAsked: {
    change: (_one, { yes }) => conflict.examinationAsked({ id: "1", claimantId: "2", shown: yes }),
  },
  EXAMINATION_SHOWN: { change: () => conflict.EXAMINATION_SHOWN },
  pollHurried: { change: (_one, { now }) => conflict.pollHurried(now) },
  examined: { change: (one, { now }) => conflict.examined(one, "there", now) },
  examinationDecided: { change: () => conflict.examinationDecided("there") },
};

/** All that the modules of transitions have to give. */
export const EXPORTED = Object.keys({
  ...callback,
  ...base,
  ...poll,
  ...sender,
  ...intent,
  ...outcome,
  ...code,
  ...conflict,
});
