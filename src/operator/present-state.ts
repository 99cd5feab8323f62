import type { Integration } from "../integrations/integration.ts";
import { describeProblem } from "../problems/render.ts";
import { isAtWork, mayRetry } from "../registration/retrying.ts";
import { isUnfinished, sessionStatus, type SignupSession } from "../signup/signup-session.ts";
import { providerWords } from "./story.ts";

/** What is true of one number now, who is awaited, and what can be done. */
export interface PresentState {
  integrationId: string;
  userId: string;
  phoneNumber: string;
  status: string;
  step: string;
  senderStatus: string | null;
  waitingFor: string | null;
  waitingSince: Date | null;
  error: PresentError | null;
  /** What the service does next by itself, and when. */
  next: { what: string; at: Date | null };
  /** The operator's commands that apply, as they are typed. */
  can: string[];
}

interface PresentError {
  code: string;
  detail: string;
  actor: string;
  /** What that actor does. */
  action: string;
  provider?: string;
}

/** The same of a signup. */
export interface PresentSession {
  sessionId: string;
  userId: string;
  status: string;
  phoneNumber: string | null;
  expiresAt: Date;
  can: string[];
}

/** Needs the operator's word on whose something is. */
const DECIDED_BY: Readonly<Record<string, (integration: Integration) => string>> = {
  number_not_assigned: ({ externalId, userId }) => `assign ${externalId} --user ${userId}`,
  number_linked_elsewhere: ({ externalId, _id }) =>
    `hand-over ${externalId} --to ${String(_id)} --reason "…"`,
  waba_linked_elsewhere: ({ meta, _id }) =>
    `hand-over ${meta.wabaId} --to ${String(_id)} --reason "…"`,
};

/** What is true of a number at `now`. */
export function presentState(integration: Integration, now: Date): PresentState {
  const { _id, userId, externalId, status, registration } = integration;
  const { step, senderStatus, waitingFor, waitingSince } = registration;
  return {
    integrationId: String(_id),
    userId,
    phoneNumber: externalId,
    status,
    step,
    senderStatus: senderStatus ?? null,
    waitingFor: waitingFor ?? null,
    waitingSince: waitingSince ?? null,
    error: errorOf(integration),
    next: nextOf(integration, now),
    can: commandsFor(integration, now),
  };
}

/** What is true of a signup at `now`. */
export function presentSession(session: SignupSession, now: Date): PresentSession {
  const { _id, userId, phoneNumber, callback, expiresAt, browserHash } = session;
  const isOpen = isUnfinished(session, now);
  return {
    sessionId: _id,
    userId,
    status: sessionStatus(session, now),
    phoneNumber: callback?.phoneNumber ?? phoneNumber ?? null,
    expiresAt,
    can: [
      ...(browserHash ? [`release ${_id} --reason "…"`] : []),
      ...(isOpen ? [`revoke ${_id} --reason "…"`] : []),
    ],
  };
}

function errorOf({ registration: { error } }: Integration): PresentError | null {
  if (!error) return null;
  const { code, detail, actor, action } = describeProblem(error.code, "en", error.actor);
  return { code, detail, actor, action, ...providerWords(error) };
}

function nextOf(integration: Integration, now: Date): PresentState["next"] {
  const { status, registration, work } = integration;
  if (isAtWork(integration, now)) return { what: "a step is under way", at: null };
  const at = work.dueAt ?? null;
  if (!at) return { what: "nothing by itself", at: null };
  if (status === "linked") return { what: "the sender is looked at again", at };
  if (status === "pending") return { what: `the step ${registration.step} goes on`, at };
  return { what: "it is looked whether the sender works again", at };
}

function commandsFor(integration: Integration, now: Date): string[] {
  const { _id, status, registration, work } = integration;
  const id = String(_id);
  const decide = DECIDED_BY[registration.error?.code ?? ""];
  const isLeaving = status === "disconnected" || registration.step === "disconnecting";
  return [
    ...(decide ? [decide(integration)] : []),
    ...(mayRetry(integration, now) ? [`retry ${id} --reason "…"`] : []),
    ...(work.dueAt ? [`recheck ${id}`] : []),
    ...(isLeaving ? [] : [`disconnect ${id} --reason "…"`]),
  ];
}
