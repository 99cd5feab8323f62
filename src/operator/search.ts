import type { IntegrationModel } from "../integrations/integration-model.ts";
import { isIntegrationId } from "../integrations/integration-store.ts";
import type { Integration } from "../integrations/integration.ts";
import {
  COUNTED_BY,
  meantBy,
  passing,
  type IntegrationFilter,
  type IntegrationTerm,
} from "../integrations/operator-queries.ts";
import { canonicalPhoneNumber, lineOf, possibleNumbers } from "../phone-number.ts";
import type { SignupSessionModel } from "../signup/signup-session-model.ts";
import { isSessionId, type SignupSession } from "../signup/signup-session.ts";

/** More than a screen shows. */
const FOUND_MAX = 50;
const LISTED_MAX = 200;

/** What a term was taken for, and what it means; newest first. */
export interface Found {
  kind: IntegrationTerm["kind"] | "session";
  integrations: Integration[];
  sessions: SignupSession[];
}

/** How many integrations are in one and the same state. */
export interface StateCount {
  status: string;
  step: string;
  waitingFor: string | null;
  code: string | null;
  count: number;
}

/** Looks through all owners' numbers and signups, for the operator alone. */
export class OperatorSearch {
  readonly #integrations: IntegrationModel;
  readonly #sessions: SignupSessionModel;

  constructor(integrations: IntegrationModel, sessions: SignupSessionModel) {
    this.#integrations = integrations;
    this.#sessions = sessions;
  }

  /**
   * What support has in hand: a number in any spelling, also without its plus or country code, the id of
   * a session or an integration, a WABA, a subaccount, a sender; whatever is none of these is an owner.
   */
  async find(text: string): Promise<Found> {
    const terms = termsOf(text.trim());
    for (const term of terms) {
      const found = await this.#find(term);
      if (found.integrations.length + found.sessions.length > 0) return found;
    }
    return { kind: terms[0]?.kind ?? "owner", integrations: [], sessions: [] };
  }

  /** The integrations that a filter holds for, the one that changed last first. */
  list(filter: IntegrationFilter, limit = LISTED_MAX): Promise<Integration[]> {
    return this.#integrations
      .find(passing(filter))
      .sort({ updatedAt: -1 })
      .limit(Math.min(limit, LISTED_MAX))
      .lean();
  }

  /** How many there are in each state, the commonest first. */
  async count(filter: IntegrationFilter): Promise<StateCount[]> {
    const groups = await this.#integrations.aggregate<{ _id: Partial<StateCount>; count: number }>([
      { $match: passing(filter) },
      { $group: { _id: COUNTED_BY, count: { $sum: 1 } } },
      { $sort: { count: -1 } },
    ]);
    return groups.map(({ _id, count }) => ({
      status: _id.status ?? "",
      step: _id.step ?? "",
      waitingFor: _id.waitingFor ?? null,
      code: _id.code ?? null,
      count,
    }));
  }

  async #find(term: Term): Promise<Found> {
    if (term.kind === "session") return this.#ofSession(term.id);
    const [integrations, sessions] = await Promise.all([
      this.#integrations.find(meantBy(term)).sort({ createdAt: -1 }).limit(FOUND_MAX).lean(),
      this.#sessionsOf(term),
    ]);
    return { kind: term.kind, integrations, sessions };
  }

  async #ofSession(id: string): Promise<Found> {
    const session = await this.#sessions.findById(id).lean();
    const integrationId = session?.integrationId;
    const integration =
      integrationId &&
      (await this.#integrations.findOne(meantBy({ kind: "id", id: integrationId })).lean());
    return {
      kind: "session",
      integrations: integration ? [integration] : [],
      sessions: session ? [session] : [],
    };
  }

  async #sessionsOf(term: IntegrationTerm): Promise<SignupSession[]> {
    const condition = sessionsMeantBy(term);
    if (!condition) return [];
    return this.#sessions.find(condition).sort({ createdAt: -1 }).limit(FOUND_MAX).lean();
  }
}

/** Sessions know numbers, owners and the integration; not what is at Twilio. */
function sessionsMeantBy(term: IntegrationTerm) {
  switch (term.kind) {
    case "number":
      return { line: { $in: term.phoneNumbers.map(lineOf) } };
    case "owner":
      return { userId: term.userId };
    case "id":
      return { integrationId: term.id };
    default:
      return undefined;
  }
}

type Term = IntegrationTerm | { kind: "session"; id: string };

/** What a text may be, the likeliest first. Digits alone may be a WABA, an owner or a number. */
function termsOf(text: string): Term[] {
  if (isSessionId(text)) return [{ kind: "session", id: text }];
  if (isIntegrationId(text)) return [{ kind: "id", id: text }];
  if (/^AC[0-9a-f]{32}$/i.test(text)) return [{ kind: "subaccount", sid: text }];
  if (/^XE[0-9a-f]{32}$/i.test(text)) return [{ kind: "sender", sid: text }];
  const owner = { kind: "owner", userId: text } as const;
  const whole = canonicalPhoneNumber(text);
  if (whole) return [{ kind: "number", phoneNumbers: [whole] }, owner];
  const phoneNumbers = possibleNumbers(text);
  const number = phoneNumbers.length > 0 ? [{ kind: "number" as const, phoneNumbers }] : [];
  if (/^\d{5,32}$/.test(text)) return [{ kind: "waba", wabaId: text }, owner, ...number];
  return [...number, owner];
}
