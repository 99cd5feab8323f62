import { setTimeout as sleep } from "node:timers/promises";
import { awaitingAssignment, judgingAssignment } from "../integrations/integration-queries.ts";
import { OURS } from "../integrations/ours.ts";
import { reconsidered } from "../integrations/transitions.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { NumberAssignments } from "./number-assignments.ts";
import type { SubaccountStore } from "../subaccounts/subaccount-store.ts";

/** Accounts that are asked for a number at the same time. */
const LANES = 8;
/** How often, and how far apart, a registration is restarted that a step has at this moment. */
const RESTART_TRIES = 20;
const RESTART_PAUSE_MS = 250;

/** The owner has neither a signup session nor an integration: most likely a slip of the pen. */
export class UnknownOwnerError extends Error {
  override readonly name = "UnknownOwnerError";
}

export interface AssignmentRequest {
  /** Canonical, in any spelling of its line. */
  phoneNumber: string;
  userId: string;
  /** The owner may be one that the service has not seen yet. */
  isNewOwner?: boolean;
  reason?: string;
}

export interface AssignmentResult {
  /** Whose it was by the operator's word before. */
  formerUserId?: string;
  /** Where the number is: an account's SID, `nowhere` in ours, `unknown` where Twilio did not say. */
  foundIn: string;
  /** Integrations that waited for this word and go on. */
  restarted: string[];
  /** Integrations that waited for it and could not be restarted now; `retry` does. */
  busy: string[];
}

export interface OperatorAssignmentsDeps {
  assignments: NumberAssignments;
  integrations: IntegrationModel;
  subaccounts: SubaccountStore;
  accounts: AccountsClient;
  hasSession: (userId: string) => Promise<boolean>;
  /** As an owner's retry. @throws ProblemError */
  retry: (userId: string, integrationId: string) => Promise<unknown>;
  clock: Clock;
  logger: Logger;
}

/** The operator's word on whose the numbers at Twilio are, and all that follows from it. */
export class OperatorAssignments {
  readonly #deps: OperatorAssignmentsDeps;

  constructor(deps: OperatorAssignmentsDeps) {
    this.#deps = deps;
  }

  /**
   * Assigns a number to an owner, in place of whoever had it by the operator's word or by a token,
   * and restarts the owner's integration of its line where it waits for that.
   * @throws UnknownOwnerError
   */
  async assign(request: AssignmentRequest): Promise<AssignmentResult> {
    const { phoneNumber, userId, isNewOwner = false, reason } = request;
    if (!isNewOwner && !(await this.#isKnown(userId))) {
      throw new UnknownOwnerError(`${userId} has neither a signup session nor an integration.`);
    }
    const foundIn = await this.#look(phoneNumber);
    const isSomewhere = foundIn !== "nowhere" && foundIn !== "unknown";
    const former = await this.#deps.assignments.assign(phoneNumber, {
      userId,
      foundIn: isSomewhere ? foundIn : undefined,
    });
    const formerUserId = former && former.userId !== userId ? former.userId : undefined;
    this.#deps.logger.info(
      { event: "number_assigned", phoneNumber, userId, formerUserId, foundIn },
      "The operator assigned a number to an owner",
    );
    this.#logAction("assign", request, reason);
    await this.#judgeAnew(phoneNumber);
    const { restarted, busy } = await this.#restartWaiting(phoneNumber, userId);
    return { ...(formerUserId ? { formerUserId } : {}), foundIn, restarted, busy };
  }

  /**
   * Takes the operator's word back: from now on owners' tokens say whose the number is.
   * @returns whose it was; undefined where the operator had not assigned it
   */
  async unassign(request: {
    phoneNumber: string;
    reason?: string;
  }): Promise<{ formerUserId: string } | undefined> {
    const former = await this.#deps.assignments.unassign(request.phoneNumber);
    if (!former) return undefined;
    const { userId } = former;
    this.#logAction("unassign", { phoneNumber: request.phoneNumber, userId }, request.reason);
    await this.#judgeAnew(request.phoneNumber);
    return { formerUserId: userId };
  }

  #logAction(
    action: "assign" | "unassign",
    { phoneNumber, userId }: { phoneNumber: string; userId: string },
    reason: string | undefined,
  ): void {
    this.#deps.logger.info(
      { event: "operator_action", action, phoneNumber, userId, reason: reason ?? null },
      "The operator decided whose a number is",
    );
  }

  async #isKnown(userId: string): Promise<boolean> {
    const { integrations, hasSession } = this.#deps;
    if ((await integrations.exists({ userId, ...OURS })) !== null) return true;
    return hasSession(userId);
  }

  /**
   * A step that read the old word and has not acted on it yet loses its claim, so that it neither
   * moves the number nor gives up by it; the next claim reads the new one.
   */
  async #judgeAnew(phoneNumber: string): Promise<void> {
    const { integrations, clock } = this.#deps;
    await integrations.updateMany(judgingAssignment(phoneNumber), reconsidered(clock.now()));
  }

  async #restartWaiting(phoneNumber: string, userId: string) {
    const waiting = await this.#deps.integrations
      .find(awaitingAssignment(userId, phoneNumber), { _id: 1 })
      .lean();
    const outcome: { restarted: string[]; busy: string[] } = { restarted: [], busy: [] };
    for (const { _id } of waiting) {
      const id = String(_id);
      outcome[(await this.#restart(userId, id)) ? "restarted" : "busy"].push(id);
    }
    return outcome;
  }

  async #restart(userId: string, id: string): Promise<boolean> {
    for (let tries = 0; tries < RESTART_TRIES; tries += 1) {
      try {
        await this.#deps.retry(userId, id);
        return true;
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "busy") throw error;
        await sleep(RESTART_PAUSE_MS);
      }
    }
    return false;
  }

  /** Looks into the parent, then into every subaccount on record, until one has the number. */
  async #look(phoneNumber: string): Promise<string> {
    const { accounts, subaccounts } = this.#deps;
    const sids = [accounts.parent.accountSid, ...(await subaccounts.allSids())];
    let isUnknown = false;
    for (let start = 0; start < sids.length; start += LANES) {
      const lane = sids.slice(start, start + LANES);
      const found = await Promise.all(lane.map((sid) => this.#has(sid, phoneNumber)));
      const at = found.indexOf(true);
      if (at >= 0) return lane[at] ?? "unknown";
      isUnknown ||= found.includes(undefined);
    }
    return isUnknown ? "unknown" : "nowhere";
  }

  /** Undefined where Twilio does not say; an account that Twilio refuses to show has no number. */
  async #has(accountSid: string, phoneNumber: string): Promise<boolean | undefined> {
    const { accounts } = this.#deps;
    try {
      return (await accounts.listNumbers(accountSid, phoneNumber)).length > 0;
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      const isParent = accountSid === accounts.parent.accountSid;
      return error.kind === "final" && !isParent ? false : undefined;
    }
  }
}
