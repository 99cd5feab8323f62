import { codeWrong, OUTCOME_NOT_SEEN, OUTCOME_SEEN } from "../../integrations/code-transitions.ts";
import { VERIFYING } from "../../integrations/poll-transitions.ts";
import { registrationError } from "../failure.ts";
import { pollLater, sinceMs, type StepResult, type StepContext } from "../step-context.ts";

/** Right after the handover the status may still be the old one, so two polls have to agree. */
export const POLLS_APART_MS = 3_000;
/** An outcome that is not seen by then counts as a wrong code, so that the customer can go on. */
const OUTCOME_WITHIN_MS = 15_000;

/** How long no further code is taken, because the outcome of the last one is unknown; else 0. */
export function untilOutcomeMs(context: StepContext): number {
  const { submittedAt } = context.claim.registration.verification ?? {};
  return submittedAt ? Math.max(0, OUTCOME_WITHIN_MS - sinceMs(context, submittedAt)) : 0;
}

/**
 * After a poll that found the sender waiting for a code or checking one. A code that was handed over
 * is known to be wrong when Twilio asks again in two polls, or when it said nothing for too long.
 */
export async function pollCode(context: StepContext, senderStatus: string): Promise<StepResult> {
  const { claim } = context;
  const { error, verification } = claim.registration;
  const isChecked = senderStatus !== VERIFYING;
  if (!verification?.submittedAt) {
    return pollLater(context, isChecked || error ? "customer" : "twilio");
  }
  const leftMs = untilOutcomeMs(context);
  if (leftMs > 0 && !isChecked) {
    if (verification.seenAt) await claim.write(OUTCOME_NOT_SEEN);
    return soon(Math.min(POLLS_APART_MS, leftMs));
  }
  if (leftMs > 0 && !verification.seenAt) {
    await claim.write(OUTCOME_SEEN);
    return soon(Math.min(POLLS_APART_MS, leftMs));
  }
  const apartMs = verification.seenAt ? sinceMs(context, verification.seenAt) : 0;
  if (leftMs > 0 && apartMs < POLLS_APART_MS) {
    return soon(Math.min(POLLS_APART_MS - apartMs, leftMs));
  }
  await tellWrong(context);
  return pollLater(context, "customer");
}

function soon(ms: number): StepResult {
  return { kind: "wait", ms, waitingFor: "twilio" };
}

async function tellWrong({ claim, deps, log }: StepContext): Promise<void> {
  const now = deps.clock.now();
  const error = registrationError("verification_code_wrong");
  await claim.write(codeWrong(error, now), {
    at: now,
    event: "registration_failed",
    step: "verification",
    code: error.code,
  });
  log.warn(
    { event: "registration_failed", step: "verification", code: error.code },
    "The code that Twilio got was wrong, or nothing was heard of it",
  );
}
