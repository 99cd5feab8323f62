import { Types } from "mongoose";
import { started } from "../../../src/integrations/callback-transitions.ts";
import type {
  Integration,
  IntegrationStatus,
  Step,
} from "../../../src/integrations/integration.ts";
import { PROVIDER } from "../../../src/integrations/ours.ts";
import type { AllowedState } from "../../../src/integrations/state-machine.ts";
import { takenCallback, type Given } from "./happenings.ts";

/** One of each kind of status that Twilio gives, and one of which a code's outcome hangs. */
export const STATUSES = ["ONLINE", "OFFLINE", "PENDING_VERIFICATION", "CREATING", "VERIFYING"];

export const given = (over: Partial<Given> = {}): Given => ({
  now: new Date(1_000),
  sid: "XE1",
  subaccountSid: "AC1",
  senderStatus: "CREATING",
  reasons: [],
  isSame: true,
  yes: false,
  ...over,
});

/** As the first callback leaves it. */
export function fresh(at: Given = given()): Integration {
  return {
    _id: new Types.ObjectId(),
    userId: "owner",
    provider: PROVIDER,
    externalId: "+5511980000001",
    ...started(takenCallback(at), { now: at.now, deadlineMs: 1_000 }),
    createdAt: at.now,
  };
}

/** Integrations in the state, with and without a sender, of each status. */
export function inState(state: AllowedState): Integration[] {
  const [status, step] = state.split(" ") as [IntegrationStatus, Step];
  const one = fresh();
  return [undefined, ...STATUSES].flatMap((senderStatus) => {
    const shown = senderStatus ? { senderStatus } : {};
    const meta = senderStatus ? { ...one.meta, senderId: "XE1" } : one.meta;
    const registration = { ...one.registration, step, ...shown };
    return [
      { ...one, status, meta, registration },
      { ...one, status, meta, registration, work: { ...one.work, queue: "check" as const } },
    ];
  });
}
