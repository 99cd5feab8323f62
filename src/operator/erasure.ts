import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Integration } from "../integrations/integration.ts";
import type { Logger } from "../logger.ts";
import { requestDisconnect } from "../registration/disconnecting.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import type { Erasure, ErasureStore, OpenErasure } from "./erasure-store.ts";
import type { OwnerData } from "./owner-data.ts";

/** One thing that is left, or stays, and why. */
export interface Remainder {
  what: string;
  why: string;
}

/** How far an erasure has come. */
export interface ErasureReport {
  userId: string;
  /** `nothing`: the service has nothing of this owner to delete. */
  state: "nothing" | "under_way" | "complete";
  requestedAt: Date | null;
  completedAt: Date | null;
  /** What has to go first; empty once all of it is deleted. */
  left: Remainder[];
  /** What is not deleted at all. */
  stays: Remainder[];
}

export interface ErasuresDeps {
  store: ErasureStore;
  data: OwnerData;
  integrations: IntegrationModel;
  sessions: SignupSessionStore;
  clock: Clock;
  deadlineMs: number;
  /** How long after its last write an integration may still get an effect at Twilio to remove. */
  settleMs: number;
  /** Longer than any request or claim that began before the deletion: what these write is waited for. */
  quietMs: number;
  wakeWorker: () => void;
  logger: Logger;
}

/**
 * Deletes what is stored of an owner, its numbers disconnected first by the worker. That it is wanted
 * is stored, and the sweep carries it on from there, so whoever asked may die at any moment
 * (docs/decisions/0012-erasing-and-importing.md).
 */
export class Erasures {
  readonly #deps: ErasuresDeps;

  constructor(deps: ErasuresDeps) {
    this.#deps = deps;
  }

  /** Whether the owner's data is being deleted now. */
  isUnderWay(userId: string): Promise<boolean> {
    return this.#deps.store.isOpen(userId);
  }

  /**
   * Begins an erasure, or goes on with the one that is under way; then a disconnect that had failed is
   * tried again.
   */
  async request(userId: string, reason: string): Promise<ErasureReport> {
    const { store, data, logger } = this.#deps;
    if (!(await store.isOpen(userId)) && !(await data.isAnyStored(userId))) {
      return this.status(userId);
    }
    await store.begin(userId, reason);
    logger.info(
      { event: "operator_action", action: "erase", userId, reason },
      "The operator has an owner's data deleted",
    );
    const erasure = await store.find(userId);
    if (erasure?.userId) await this.#carryOn({ ...erasure, userId }, { retriesFailed: true });
    return this.status(userId);
  }

  /** How far it has come. */
  async status(userId: string): Promise<ErasureReport> {
    const erasure = await this.#deps.store.find(userId);
    const state = erasure ? (erasure.userId ? "under_way" : "complete") : "nothing";
    return {
      userId,
      state,
      requestedAt: erasure?.requestedAt ?? null,
      completedAt: erasure?.completedAt ?? null,
      left: erasure?.userId ? await this.#left({ ...erasure, userId }) : [],
      stays: await this.#stays(userId, erasure),
    };
  }

  /** Carries on what is under way; the worker calls it, in any process and any number of times. */
  async carryOnAll(): Promise<void> {
    for (const erasure of await this.#deps.store.open()) await this.#carryOn(erasure);
  }

  async #carryOn(erasure: OpenErasure, { retriesFailed = false } = {}): Promise<void> {
    const { store, data, clock, settleMs, quietMs, logger } = this.#deps;
    const { userId, reason } = erasure;
    if ((await this.#disconnect(erasure, retriesFailed)) || (await data.isRelayed(userId))) {
      return store.found(erasure, undefined);
    }
    await store.noteSubaccounts(erasure, await data.subaccountSids(userId));
    const now = clock.now();
    const deleted = await data.delete(userId, new Date(now.getTime() - settleMs));
    if (deleted > 0 || (await data.isAnyStored(userId))) return store.found(erasure, clock.now());
    if (!erasure.clearSince) return store.found(erasure, now);
    if (now.getTime() - erasure.clearSince.getTime() < quietMs) return undefined;
    if (await store.complete(erasure)) {
      logger.info(
        {
          event: "operator_action",
          action: "erased",
          userId,
          reason,
          requestedAt: erasure.requestedAt,
        },
        "All that was stored of an owner is deleted",
      );
    }
  }

  /** Ends signups and disconnects numbers. @returns whether any number is not disconnected yet */
  async #disconnect({ userId, reason }: OpenErasure, retriesFailed: boolean): Promise<boolean> {
    const { data, sessions, integrations, clock, deadlineMs, wakeWorker } = this.#deps;
    for (const { _id } of await data.unfinishedSessions(userId)) await sessions.revoke(userId, _id);
    const connected = (await data.integrations(userId)).filter(
      ({ status }) => status !== "disconnected",
    );
    for (const integration of connected) {
      const { status, registration } = integration;
      const isAsked = registration.step === "disconnecting";
      // What Twilio refused would only be refused again each time the sweep comes.
      if (isAsked && !(status === "error" && retriesFailed)) continue;
      await requestDisconnect(integrations, integration, { now: clock.now(), deadlineMs, reason });
      wakeWorker();
    }
    return connected.length > 0;
  }

  async #left(erasure: OpenErasure): Promise<Remainder[]> {
    const { data } = this.#deps;
    const { userId } = erasure;
    const integrations = (await data.integrations(userId)).map(leftOf);
    const relayed = (await data.isRelayed(userId))
      ? [{ what: "the relay of a code", why: "the number's own webhook is being put back" }]
      : [];
    const left = [...integrations, ...relayed];
    if (left.length > 0) return left;
    const why = "what was under way when the rest was deleted may still write; it is waited for";
    return [{ what: "a last look", why }];
  }

  async #stays(userId: string, erasure: Erasure | undefined): Promise<Remainder[]> {
    const { data } = this.#deps;
    const sids = [...(erasure?.subaccounts ?? []), ...(await data.subaccountSids(userId))];
    const [lines, older] = await Promise.all([data.assignedLines(userId), data.countOlder(userId)]);
    return [
      ...[...new Set(sids)].map((sid) => ({
        what: `subaccount ${sid}`,
        why: "Twilio's record of what was sent and billed; close it in the Console if nobody needs it",
      })),
      ...lines.map((line) => ({
        what: `assignment of ${line}`,
        why: "your own word on whose your number is; `unassign` takes it back",
      })),
      ...(older > 0
        ? [
            {
              what: `${older} document(s) of an earlier service`,
              why: "not this service's to delete; `import-legacy` lists them",
            },
          ]
        : []),
      ...(erasure
        ? [
            {
              what: "the record of this erasure",
              why: "a hash of the owner, the reason and the times, for a year after its end",
            },
          ]
        : []),
    ];
  }
}

function leftOf({ _id, externalId, status, registration, work }: Integration): Remainder {
  const { error, waitingFor } = registration;
  const what = `${externalId} (integration ${String(_id)})`;
  if (work.sendersToRemove.length > 0) {
    return { what, why: "a sender of it that must not stay is still at Twilio" };
  }
  if (status === "disconnected") {
    return { what, why: "disconnected; a late effect at Twilio is waited for, then it is deleted" };
  }
  if (status === "error") {
    const code = error?.code ?? "error";
    return {
      what,
      why: `not disconnected: ${code}; \`explain\` says what to do, then repeat this`,
    };
  }
  return { what, why: `being disconnected${waitingFor ? `; waits for ${waitingFor}` : ""}` };
}
