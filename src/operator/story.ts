import type { HistoryEntry, Integration } from "../integrations/integration.ts";
import { describeProblem } from "../problems/render.ts";
import { isProblemCode } from "../problems/catalogue.ts";
import type { Locale } from "../problems/locales.ts";
import type { SignupSession } from "../signup/signup-session.ts";
import { STORY_TEXTS, type StoryTexts } from "./story-texts.ts";

/** One thing that happened, in plain words. */
export interface StoryLine {
  at: Date;
  /** Whose session or integration it is in. */
  where: string;
  what: string;
  /** What Twilio or Meta said, in their words, cleaned. */
  provider?: string;
}

/** All that happened in some sessions and integrations, in the order of their times. */
export function storyOf(
  integrations: readonly Integration[],
  sessions: readonly SignupSession[],
  locale: Locale,
): StoryLine[] {
  return [
    ...sessions.flatMap((one) => ofSession(one, locale)),
    ...integrations.flatMap((one) => ofIntegration(one, locale)),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

function ofSession(session: SignupSession, locale: Locale): StoryLine[] {
  const texts = STORY_TEXTS[locale];
  const { _id: where, timeline, browserEvents, proofFailures = [] } = session;
  const { first = [], newest = [] } = browserEvents ?? {};
  return [
    ...timeline.map(({ at, event, data }) => ({ at, where, what: told(texts, event, data) })),
    ...[...first, ...newest].map(({ at, event, data }) => ({
      at,
      where,
      what: `${texts.browser} ${told(texts, event, Object.fromEntries(data.map(({ name, value }) => [name, value])))}`,
    })),
    ...proofFailures.map((failure) => {
      const what = `${texts.proofFailed}: ${problemWords(failure.code, locale)}`;
      return Object.assign({ at: failure.at, where, what }, providerWords(failure));
    }),
  ];
}

function ofIntegration({ _id, registration }: Integration, locale: Locale): StoryLine[] {
  const texts = STORY_TEXTS[locale];
  return registration.history.map((entry) => {
    const { at, event, step, senderStatus, code, reason } = entry;
    const parts = [
      texts.events[event] ?? event,
      step ? `${texts.step} ${step}` : undefined,
      senderStatus,
      code ? problemWords(code, locale) : undefined,
      reason ? `${texts.reason}: ${reason}` : undefined,
    ];
    return {
      at,
      where: String(_id),
      what: parts.filter((part) => part !== undefined).join("; "),
      ...providerWords(entry),
    };
  });
}

function told(
  { events }: StoryTexts,
  event: string,
  data: Readonly<Record<string, string>> = {},
): string {
  const details = Object.entries(data).map(([name, value]) => `${name} ${value}`);
  return [events[event] ?? event, ...details].join("; ");
}

/** `busy`: in one sentence. */
function problemWords(code: string, locale: Locale): string {
  return isProblemCode(code) ? `${code} (${describeProblem(code, locale).detail})` : code;
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
