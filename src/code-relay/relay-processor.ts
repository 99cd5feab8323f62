import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import { CHANNELS, type HostedNumber } from "../twilio/hosted-numbers.ts";
import { retrying } from "../retrying.ts";
import { NotSentError, sendChange, untilSettledMs } from "../durable/intent.ts";
import { LeaseLostError } from "../durable/lease.ts";
import { hadNoEffect, TwilioError } from "../twilio/twilio-error.ts";
import { activeSessions } from "./active-sessions.ts";
import type { RelaySession } from "./number-relay.ts";
import type { Recordings } from "./recordings.ts";
import type { RelayAccounts } from "./relay-accounts.ts";
import type { HeldRelay, NumberRelayStore } from "./number-relay-store.ts";
import { changedChannels, planWebhooks, type OurUrls, type WebhookPlan } from "./webhook-plan.ts";

export interface RelayProcessorSettings {
  ourUrls: OurUrls;
  twilioTimeoutMs: number;
  /** How long a change at Twilio may take to be seen. */
  settleMs: number;
  retryMs: number;
  maxRetryMs: number;
}

export interface RelayProcessorDeps {
  store: NumberRelayStore;
  sessions: SignupSessionStore;
  accounts: AccountsClient;
  relayAccounts: RelayAccounts;
  recordings: Recordings;
  settings: RelayProcessorSettings;
  clock: Clock;
  logger: Logger;
}

/** How often the sessions of a relay are looked at, should nobody have said that one has ended. */
const LOOK_AGAIN_MS = 30_000;
/** Tries after which a number that is nowhere to be found is no longer ours to put back. */
const TRIES_TO_FIND = 30;
/** The same where nothing was changed yet: the page shows meanwhile that a code may come. */
const TRIES_TO_BEGIN = 5;
/** Longer than Twilio's tries to deliver to an address, or than a call that it was told of. */
const LATE_MS = 5 * 60_000;

/** When the relay is due again, or that it is over. */
type Outcome = { dueInMs: number } | "over";

/**
 * Makes the webhooks of one number at Twilio what its sessions need, and what they were before once
 * the last session is out. Any process may be killed anywhere in it: the former settings are saved
 * before they are changed, and the next one begins by looking at the number.
 */
export class RelayProcessor {
  readonly #deps: RelayProcessorDeps;

  constructor(deps: RelayProcessorDeps) {
    this.#deps = deps;
  }

  /** @returns when the relay is due again; undefined when it is over or another one's */
  async process(held: HeldRelay): Promise<Date | undefined> {
    const { clock } = this.#deps;
    try {
      const { dueAt } = await retrying(
        async () => {
          held.revision = held.relay.revision;
          const outcome = await this.#look(held);
          if (outcome === "over") {
            if (await held.leased.remove(held.unchanged)) return { dueAt: undefined };
          } else {
            const next = new Date(clock.now().getTime() + outcome.dueInMs);
            if (await held.leased.release(next, {}, held.unchanged)) return { dueAt: next };
          }
          // Something came meanwhile.
          await held.leased.write({});
          return undefined;
        },
        // Its lease ends, and then somebody looks again.
        () => new Error("the relay of a number changed during every look at it"),
      );
      return dueAt;
    } catch (error) {
      if (error instanceof LeaseLostError) return undefined;
      throw error;
    }
  }

  async #look(held: HeldRelay): Promise<Outcome> {
    const active = await this.#removeEnded(held);
    if (!active) return { dueInMs: 0 };
    await this.#deps.recordings.removeDue(held);
    const waitMs = this.#untilSettledMs(held, active);
    if (waitMs > 0) return { dueInMs: waitMs };
    try {
      return await this.#adjust(held, active);
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      return this.#failed(held, active, error);
    }
  }

  async #adjust(held: HeldRelay, active: [string, RelaySession][]): Promise<Outcome> {
    const { relay } = held;
    const entries = active.map(([, entry]) => entry);
    const isSettled =
      entries.every(({ joined }) => joined) &&
      changedChannels(relay).every((channel) => entries.some((entry) => entry.channel === channel));
    if (isSettled) return this.#rest(held, active);
    const number = await this.#deps.relayAccounts.findNumber(
      relay._id,
      relay.accountSid,
      entries.map(({ userId }) => userId),
    );
    if (!number) return this.#notFound(held, active);
    const plan = planWebhooks(relay, entries, number, this.#deps.settings.ourUrls);
    if (!(await this.#change(held, number, plan))) return { dueInMs: 0 };
    const { clock } = this.#deps;
    await held.leased.write({
      $set: {
        attempts: 0,
        accountSid: number.accountSid,
        ...Object.fromEntries(active.map(([id]) => [`sessions.${id}.joined`, true])),
        ...Object.fromEntries(plan.over.map((one) => [`former.${one}.putBackAt`, clock.now()])),
      },
      $unset: { intent: 1 },
    });
    this.#log(held, plan);
    return this.#rest(held, active);
  }

  /**
   * Saves what was there, then changes it. A process that was frozen in between does not send late,
   * because the time is looked at right before. False when it was too late to send.
   */
  async #change(held: HeldRelay, number: HostedNumber, plan: WebhookPlan): Promise<boolean> {
    if (Object.keys(plan.changes).length === 0) return true;
    const { accounts, clock, settings } = this.#deps;
    const intended = {
      $set: {
        accountSid: number.accountSid,
        "intent.putsBack": plan.over.length > 0,
        ...Object.fromEntries(
          Object.entries(plan.former).map(([channel, former]) => [`former.${channel}`, former]),
        ),
      },
      $currentDate: { "intent.at": true },
    } as const;
    try {
      await sendChange(
        { clock, limitMs: settings.twilioTimeoutMs },
        {
          record: () => held.leased.write(intended),
          send: (timeoutMs) => accounts.setWebhooks(number, plan.changes, timeoutMs),
          forget: () => held.leased.write({ $unset: { intent: 1 } }),
          hadNoEffect,
        },
      );
      return true;
    } catch (error) {
      if (error instanceof NotSentError) return false;
      throw error;
    }
  }

  /**
   * What was sent is either done or will not be, once its time and a margin are over. To set our
   * address once more does no harm before that, and a customer is waiting.
   */
  #untilSettledMs({ relay, leased }: HeldRelay, active: [string, RelaySession][]): number {
    if (!relay.intent) return 0;
    if (!relay.intent.putsBack && active.some(([, { joined }]) => !joined)) return 0;
    const { twilioTimeoutMs: limitMs, settleMs } = this.#deps.settings;
    return untilSettledMs(relay.intent, leased.claimedAt, { limitMs, settleMs });
  }

  /**
   * Takes out sessions that have ended, and codes whose time is over.
   * @returns those that go on; undefined when one came meanwhile
   */
  async #removeEnded(held: HeldRelay): Promise<[string, RelaySession][] | undefined> {
    const { store, sessions, clock } = this.#deps;
    const active = await activeSessions(held.relay, sessions, clock);
    const now = clock.now();
    const going = new Set(active.map(([id]) => id));
    const ended = Object.keys(held.relay.sessions).filter((id) => !going.has(id));
    const withOldCodes = active
      .filter(([, { codes = [] }]) => codes.some(({ until }) => until <= now))
      .map(([id]) => id);
    if (ended.length + withOldCodes.length === 0) return active;
    return (await store.takeOut(held, ended, withOldCodes)) ? active : undefined;
  }

  /** Nothing to do before a code or a session ends, or before what comes late has come. */
  #rest({ relay }: HeldRelay, active: [string, RelaySession][]): Outcome {
    const now = this.#deps.clock.now().getTime();
    const ends = active.flatMap(([, { until, codes = [] }]) => [
      until,
      ...codes.map((code) => code.until),
    ]);
    const late = CHANNELS.flatMap((channel) => relay.former?.[channel]?.putBackAt ?? []);
    const ahead = ends
      .map((time) => time.getTime())
      .concat(late.map((time) => time.getTime() + LATE_MS))
      .filter((ms) => ms > now);
    const isRecorded = Object.keys(relay.recordings ?? {}).length > 0;
    if (active.length === 0 && ahead.length === 0 && !isRecorded) return "over";
    return { dueInMs: Math.min(LOOK_AGAIN_MS, ...ahead.map((ms) => ms - now)) };
  }

  async #notFound(held: HeldRelay, active: [string, RelaySession][]): Promise<Outcome> {
    const { logger } = this.#deps;
    const phoneNumber = held.relay._id;
    const isChanged = changedChannels(held.relay).length > 0;
    // While it is moved from one account to another, a look may find it in neither.
    const tries = isChanged ? TRIES_TO_FIND : TRIES_TO_BEGIN;
    if (held.relay.attempts < tries) return this.#retry(held);
    if (!isChanged) {
      logger.info({ phoneNumber }, "No code is relayed: the number is not at Twilio");
      return this.#giveUp(held, active);
    }
    logger.error({ phoneNumber }, "A number is no longer at Twilio; its settings are not put back");
    return "over";
  }

  async #failed(
    held: HeldRelay,
    active: [string, RelaySession][],
    error: TwilioError,
  ): Promise<Outcome> {
    const { logger } = this.#deps;
    const phoneNumber = held.relay._id;
    logger.warn({ err: error, phoneNumber }, "The webhook of a number could not be set");
    // Refused for good; but not found means that the number has just been moved.
    const isRefused = error.kind === "final" && !error.isNotFound;
    if (isRefused && active.some(([, { joined }]) => !joined)) return this.#giveUp(held, active);
    return this.#retry(held);
  }

  async #retry(held: HeldRelay): Promise<Outcome> {
    const { settings } = this.#deps;
    const { attempts } = held.relay;
    await held.leased.write({ $inc: { attempts: 1 } });
    return {
      dueInMs: Math.min(settings.maxRetryMs, settings.retryMs * 2 ** Math.min(attempts, 20)),
    };
  }

  /** Sessions that cannot be served go without: the customer gets the code another way. */
  async #giveUp(held: HeldRelay, active: [string, RelaySession][]): Promise<Outcome> {
    const hopeless = active.filter(([, { joined }]) => !joined);
    const ids = hopeless.map(([id]) => id);
    if (!(await this.#deps.store.takeOut(held, ids))) return { dueInMs: 0 };
    if (changedChannels(held.relay).length > 0) return this.#retry(held);
    return this.#rest(
      held,
      active.filter(([, { joined }]) => joined),
    );
  }

  #log({ relay }: HeldRelay, plan: WebhookPlan): void {
    const { logger } = this.#deps;
    const phoneNumber = relay._id;
    for (const channel of CHANNELS) {
      if (plan.former[channel]) {
        logger.info({ phoneNumber, channel }, "Codes that reach the number are relayed");
      }
      if (plan.over.includes(channel)) {
        logger.info(
          { phoneNumber, channel, changedMeanwhile: !plan.changes[channel] },
          "The relay of a number is over; its former webhook is in force",
        );
      }
    }
  }
}
