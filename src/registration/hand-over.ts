import type { Clock } from "../clock.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { othersWithSender } from "../integrations/integration-queries.ts";
import type { Integration } from "../integrations/integration.ts";
import type { Logger } from "../logger.ts";
import { canonicalPhoneNumber, isSameLine, lineOf } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { requestDisconnect } from "./disconnecting.ts";
import type { HoldStore } from "../ownership/hold-store.ts";
import { ownRecord } from "../ownership/records.ts";
import { isAtWork, mayRetry, retryRegistration } from "./retrying.ts";

export interface HandOverDeps {
  integrations: IntegrationModel;
  holds: HoldStore;
  clock: Clock;
  deadlineMs: number;
  log: Logger;
}

export interface HandOverRequest {
  /** A number in E.164, or a WABA's id. */
  what: string;
  /** The integration that gets it. */
  to: string;
  reason: string;
}

/**
 * The operator's decision between two owners: whoever has the number or the WABA is disconnected, and
 * the target goes on afterwards. All of it is stored with the disconnect, so the caller may die at any
 * moment; repeating it is harmless.
 * @returns the integrations that let go, and the target
 * @throws ProblemError `invalid_request`, `integration_unknown`, `not_in_state`, `busy`
 */
export async function handOver(
  deps: HandOverDeps,
  { what, to, reason }: HandOverRequest,
): Promise<{ from: Integration[]; target: Integration }> {
  if (reason.trim() === "") throw invalid("reason", "A reason is needed");
  const target = await ownRecord(deps.integrations, to);
  if (!target) throw new ProblemError("integration_unknown", { message: `no integration ${to}` });
  const about = contestedBy(what, target);
  if (target.registration.step === "disconnecting") {
    throw new ProblemError("not_in_state", { message: "the target is being disconnected" });
  }
  const from = await present(deps, target, about);
  const { integrations, clock, deadlineMs, log } = deps;
  log.info(
    {
      event: "operator_action",
      action: "hand_over",
      about,
      phoneNumber: target.externalId,
      wabaId: target.meta.wabaId,
      integrationId: to,
      userId: target.userId,
      from: from.map(({ _id, userId }) => ({ integrationId: String(_id), userId })),
      reason,
    },
    "The operator hands a number or a WABA over",
  );
  const request = { now: clock.now(), deadlineMs, reason };
  for (const holder of from) {
    await requestDisconnect(integrations, holder, { ...request, handOverTo: to });
  }
  if (from.length === 0 && !(await goOn(deps, to, reason))) {
    throw new ProblemError("busy", {
      message: `a step of ${to} is under way: repeat it in a minute`,
    });
  }
  return { from, target };
}

/**
 * Has the target of a hand-over go on. @returns false while a step of it is under way, whose outcome
 * may still be about what was in its way
 */
export async function goOn(
  { integrations, clock, deadlineMs }: Pick<HandOverDeps, "integrations" | "clock" | "deadlineMs">,
  to: string,
  reason?: string,
): Promise<boolean> {
  const target = await ownRecord(integrations, to);
  const now = clock.now();
  if (!target || target.registration.step === "disconnecting") return true;
  if (isAtWork(target, now)) return false;
  if (!mayRetry(target, now)) return true;
  const request = { now, deadlineMs, ...(reason ? { reason } : {}) };
  return (await retryRegistration(integrations, target, request)) !== undefined;
}

function invalid(path: string, message: string): ProblemError {
  return new ProblemError("invalid_request", {
    message,
    issues: [{ path, code: "custom", message }],
  });
}

/** What is handed over must be what the target wants. */
function contestedBy(what: string, { externalId, meta }: Integration): "number" | "waba" {
  if (/^\d{5,32}$/.test(what)) {
    if (what === meta.wabaId) return "waba";
    throw invalid("what", `The target is of the WABA ${meta.wabaId}, not of ${what}`);
  }
  const number = canonicalPhoneNumber(what);
  if (!number) throw invalid("what", "Neither a number in E.164 nor a WABA's id");
  if (isSameLine(number, externalId)) return "number";
  throw invalid("what", "The target is of another number");
}

async function present(
  { integrations, holds }: HandOverDeps,
  target: Integration,
  about: "number" | "waba",
): Promise<Integration[]> {
  const others = await integrations.find(othersWithSender(target, about)).lean();
  const holder = about === "number" && (await holds.holderOfLine(lineOf(target.externalId)));
  const isMissing =
    holder &&
    holder.userId !== target.userId &&
    !others.some(({ _id }) => String(_id) === String(holder._id));
  return isMissing ? [...others, holder] : others;
}
