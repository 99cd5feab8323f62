import type { Answer, Call } from "../http/answer.ts";
import { pathAccount } from "./auth.ts";
import type { TwilioStore } from "./store.ts";

/** `DELETE …/Recordings/{Sid}.json`. No call is recorded here, so any SID counts as one that was. */
export function deleteRecording(store: TwilioStore, call: Call): Answer {
  pathAccount(store, call, call.params.accountSid);
  return { status: 204 };
}
