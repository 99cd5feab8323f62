import type { Integration } from "../integrations/integration.ts";
import type { Locale } from "../problems/locales.ts";
import { describeProblem } from "../problems/render.ts";
import { isAtWork, mayRetry } from "../registration/retrying.ts";
import { isUnfinished, sessionStatus, type SignupSession } from "../signup/signup-session.ts";
import { typed, type Act } from "./acts.ts";
import { STORY_TEXTS, type StoryTexts } from "./story-texts.ts";
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
  /** The owner to whom the operator has assigned the number. */
  assignedTo: string | null;
  /** What the service does next by itself, and when. */
  next: { what: string; at: Date | null };
  /** What the operator can do about it. */
  acts: Act[];
  /** The same as commands, as they are typed. */
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
  acts: Act[];
  can: string[];
}

/** Needs the operator's word on whose something is. */
const DECIDED_BY: Readonly<Record<string, (integration: Integration) => Act>> = {
  number_not_assigned: ({ externalId, userId }) => {
    return { name: "assign", on: { phoneNumber: externalId, userId } };
  },
  number_linked_elsewhere: ({ externalId, _id }) => handOver(externalId, _id),
  waba_linked_elsewhere: ({ meta, _id }) => handOver(meta.wabaId, _id),
};

function handOver(what: string, id: Integration["_id"]): Act {
  return { name: "hand-over", on: { what, to: String(id) } };
}

/** What is not in the document itself. */
interface Circumstances {
  now: Date;
  locale: Locale;
  /** The owner to whom the operator has assigned the number. */
  assignedTo?: string | undefined;
}

/** What is true of a number at `now`. */
export function presentState(
  integration: Integration,
  { now, locale, assignedTo }: Circumstances,
): PresentState {
  const { _id, userId, externalId, status, registration } = integration;
  const { step, senderStatus, waitingFor, waitingSince } = registration;
  const acts = actsOn(integration, now, assignedTo !== undefined);
  return {
    integrationId: String(_id),
    userId,
    phoneNumber: externalId,
    status,
    step,
    senderStatus: senderStatus ?? null,
    waitingFor: waitingFor ?? null,
    waitingSince: waitingSince ?? null,
    error: errorOf(integration, locale),
    assignedTo: assignedTo ?? null,
    next: nextOf(integration, now, STORY_TEXTS[locale].next),
    acts,
    can: acts.map(typed),
  };
}

/** What is true of a signup at `now`. */
export function presentSession(session: SignupSession, now: Date): PresentSession {
  const { _id, userId, phoneNumber, callback, expiresAt, browserHash } = session;
  const acts: Act[] = [];
  if (browserHash) acts.push({ name: "release", on: { id: _id } });
  if (isUnfinished(session, now)) acts.push({ name: "revoke", on: { id: _id } });
  return {
    sessionId: _id,
    userId,
    status: sessionStatus(session, now),
    phoneNumber: callback?.phoneNumber ?? phoneNumber ?? null,
    expiresAt,
    acts,
    can: acts.map(typed),
  };
}

function errorOf({ registration: { error } }: Integration, locale: Locale): PresentError | null {
  if (!error) return null;
  const { code, detail, actor, action } = describeProblem(error.code, locale, error.actor);
  return { code, detail, actor, action, ...providerWords(error) };
}

function nextOf(
  integration: Integration,
  now: Date,
  texts: StoryTexts["next"],
): PresentState["next"] {
  const { status, registration, work } = integration;
  if (isAtWork(integration, now)) return { what: texts.atWork, at: null };
  const at = work.dueAt ?? null;
  if (!at) return { what: texts.nothing, at: null };
  if (status === "linked") return { what: texts.linked, at };
  if (status === "pending") return { what: texts.pending(registration.step), at };
  return { what: texts.check, at };
}

function actsOn(integration: Integration, now: Date, isAssigned: boolean): Act[] {
  const { _id, externalId, status, registration, work } = integration;
  const on = { id: String(_id) };
  const decide = DECIDED_BY[registration.error?.code ?? ""];
  const isLeaving = status === "disconnected" || registration.step === "disconnecting";
  const acts: Act[] = [];
  if (decide) acts.push(decide(integration));
  if (mayRetry(integration, now)) acts.push({ name: "retry", on });
  if (work.dueAt) acts.push({ name: "recheck", on });
  if (isAssigned) acts.push({ name: "unassign", on: { phoneNumber: externalId } });
  if (!isLeaving) acts.push({ name: "disconnect", on });
  return acts;
}
