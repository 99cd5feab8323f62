import type { Clock } from "../clock.ts";

/** A change outside that may have been sent; `at` by the database's clock. */
export interface IntentFields {
  at: Date;
}

/** How long a change may be under way, and how long after that its effect may take to be seen. */
export interface SettlingTimes {
  limitMs: number;
  settleMs: number;
}

/**
 * The remaining time until the outcome of an intent can be told by looking; 0 when it can. Both
 * times are the database's, so a wrong clock of a process changes nothing.
 * @param claimedAt when whoever asks claimed the document
 */
export function untilSettledMs(
  { at }: IntentFields,
  claimedAt: Date,
  { limitMs, settleMs }: SettlingTimes,
): number {
  return Math.max(0, at.getTime() + limitMs + settleMs - claimedAt.getTime());
}

/** The call's time was used up before it could be sent, so it was not sent. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";
}

/** One call that changes something outside. */
export interface Change<T> {
  /** Writes down that it is about to be sent. */
  record: () => Promise<void>;
  /** @param timeoutMs what is left of the limit */
  send: (timeoutMs: number) => Promise<T>;
  /** Takes the intent back: nothing was sent, or what was sent is known to have had no effect. */
  forget: () => Promise<void>;
  hadNoEffect: (error: unknown) => boolean;
}

/**
 * Records a change, checks on a clock that also runs while the process is frozen that there is time
 * left, and sends it with that limit: after the limit and the settling time nothing of it can come
 * any more. After success the intent stands until the outcome is written with it; after a failure
 * without an effect it is taken back; otherwise it stands for whoever claims next.
 * @throws NotSentError, and what `record` and `send` throw
 */
export async function sendChange<T>(
  { clock, limitMs }: { clock: Clock; limitMs: number },
  { record, send, forget, hadNoEffect }: Change<T>,
): Promise<T> {
  const startedMs = clock.monotonicMs();
  await record();
  const leftMs = limitMs - (clock.monotonicMs() - startedMs);
  if (leftMs <= 0) {
    await forget();
    throw new NotSentError("the change was not sent: its time was over");
  }
  try {
    return await send(Math.ceil(leftMs));
  } catch (error) {
    if (hadNoEffect(error)) await forget();
    throw error;
  }
}
