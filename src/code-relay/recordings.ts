import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { HeldRelay, NumberRelayStore } from "./number-relay-store.ts";

export interface RecordingsDeps {
  store: NumberRelayStore;
  accounts: AccountsClient;
  clock: Clock;
  logger: Logger;
}

/** How long Twilio may take to transcribe; it is done within minutes, or not at all. */
const TRANSCRIBED_WITHIN_MS = 10 * 60_000;
const RECORDING_SID = /^RE[0-9a-fA-F]{32}$/;

/** Recordings of calls, each with a code in it: they are ours alone, and go when they were read. */
export class Recordings {
  readonly #deps: RecordingsDeps;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** A call was recorded: it is deleted later, should nothing be heard of its transcription. */
  async note(phoneNumber: string, accountSid: string, sid: string): Promise<void> {
    if (!RECORDING_SID.test(sid)) return;
    await this.#deps.store.keepRecording(phoneNumber, sid, { accountSid, until: this.#later() });
  }

  /** It was transcribed. What cannot be deleted now stays noted. */
  async remove(phoneNumber: string, accountSid: string, sid: string): Promise<void> {
    if (!RECORDING_SID.test(sid)) return;
    const { store, accounts } = this.#deps;
    try {
      await accounts.deleteRecording(accountSid, sid);
      await store.forgetRecording(phoneNumber, sid);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Deletes those whose transcription is not waited for any more, as far as Twilio lets us. */
  async removeDue(held: HeldRelay): Promise<void> {
    const { accounts, clock } = this.#deps;
    const now = clock.now();
    for (const [sid, { accountSid, until }] of Object.entries(held.relay.recordings ?? {})) {
      if (until > now) continue;
      const path = `recordings.${sid}`;
      try {
        await accounts.deleteRecording(accountSid, sid);
        await held.leased.write({ $unset: { [path]: 1 } });
      } catch (error) {
        const isFinal = this.#failed(error).kind === "final";
        const later = { $set: { [`${path}.until`]: this.#later() } };
        await held.leased.write(isFinal ? { $unset: { [path]: 1 } } : later);
      }
    }
  }

  #failed(error: unknown): TwilioError {
    if (!(error instanceof TwilioError)) throw error;
    this.#deps.logger.warn({ err: error }, "The recording of a code could not be deleted");
    return error;
  }

  #later(): Date {
    return new Date(this.#deps.clock.now().getTime() + TRANSCRIBED_WITHIN_MS);
  }
}
