import type { HistoryEntry, Integration } from "../integrations/integration.ts";
import { describeProblem } from "../problems/render.ts";
import { isProblemCode } from "../problems/catalogue.ts";
import type { SignupSession } from "../signup/signup-session.ts";

/** One thing that happened, in plain words. */
export interface StoryLine {
  at: Date;
  /** Whose session or integration it is in. */
  where: string;
  what: string;
  /** What Twilio or Meta said, in their words, cleaned. */
  provider?: string;
}

/** Events of sessions and integrations as a person tells them; others are told by their name. */
const WORDS: Readonly<Record<string, string>> = {
  signup_session_created: "the link was made",
  signup_opened: "the customer started in a browser",
  released: "the owner took the session from its browser",
  revoked: "the owner revoked the link",
  cancelled: "the customer cancelled",
  failed: "the attempt failed",
  number_already_linked: "the number was linked elsewhere already",
  onboarding_callback_received: "the popup's result arrived",
  subaccount_created: "a subaccount was made",
  subaccount_adopted: "an existing subaccount was taken",
  number_moved: "the number was moved into the subaccount",
  sender_created: "the sender was made at Twilio",
  sender_adopted: "an existing sender was taken",
  sender_removed: "a sender was removed at Twilio",
  sender_status_changed: "Twilio shows another status of the sender",
  registration_retry_scheduled: "a try failed and will be repeated",
  registration_failed: "it ended in an error",
  integration_linked: "the number is linked",
  integration_disconnected: "the number is disconnected",
  retry_requested: "another try was asked for",
  disconnect_requested: "the disconnect was asked for",
  imported: "the number was brought in from an earlier service",
  code_requested: "a new one-time code was asked for",
  code_submitted: "a one-time code was handed to Twilio",
  ownership_conflict: "another owner has the number or the WABA",
};

/** All that happened in some sessions and integrations, in the order of their times. */
export function storyOf(
  integrations: readonly Integration[],
  sessions: readonly SignupSession[],
): StoryLine[] {
  return [...sessions.flatMap(ofSession), ...integrations.flatMap(ofIntegration)].toSorted(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
}

function ofSession(session: SignupSession): StoryLine[] {
  const { _id: where, timeline, browserEvents, proofFailures = [] } = session;
  const { first = [], newest = [] } = browserEvents ?? {};
  return [
    ...timeline.map(({ at, event, data }) => ({ at, where, what: told(event, data) })),
    ...[...first, ...newest].map(({ at, event, data }) => ({
      at,
      where,
      what: `the browser reported ${told(event, Object.fromEntries(data.map(({ name, value }) => [name, value])))}`,
    })),
    ...proofFailures.map((failure) => {
      const what = `Meta's proof failed: ${problemWords(failure.code)}`;
      return Object.assign({ at: failure.at, where, what }, providerWords(failure));
    }),
  ];
}

function ofIntegration({ _id, registration }: Integration): StoryLine[] {
  return registration.history.map((entry) => {
    const { at, event, step, senderStatus, code, reason } = entry;
    const parts = [
      WORDS[event] ?? event,
      step ? `step ${step}` : undefined,
      senderStatus,
      code ? problemWords(code) : undefined,
      reason ? `reason: ${reason}` : undefined,
    ];
    return {
      at,
      where: String(_id),
      what: parts.filter((part) => part !== undefined).join("; "),
      ...providerWords(entry),
    };
  });
}

function told(event: string, data: Readonly<Record<string, string>> = {}): string {
  const details = Object.entries(data).map(([name, value]) => `${name} ${value}`);
  return [WORDS[event] ?? event, ...details].join("; ");
}

/** `busy`: in one sentence, in English. */
export function problemWords(code: string): string {
  return isProblemCode(code) ? `${code} (${describeProblem(code, "en").detail})` : code;
}

/** The call that failed, as the operator may read it. */
export function providerWords(
  failed: Pick<
    HistoryEntry,
    "operation" | "providerStatus" | "providerCode" | "providerMessage" | "network"
  >,
): { provider?: string } {
  const { operation, providerStatus, providerCode, providerMessage, network } = failed;
  const parts = [
    operation,
    providerStatus === undefined ? undefined : `HTTP ${providerStatus}`,
    providerCode,
    providerMessage,
    network,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? { provider: parts.join(" · ") } : {};
}
