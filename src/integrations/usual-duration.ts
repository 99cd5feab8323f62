import type { Registration } from "./integration.ts";

/**
 * How long a state usually lasts, in seconds, so that people know whether to wait or to worry;
 * undefined where nobody can say. A fresh sender takes 30 to 90 s (docs/domain.md 3.4), Twilio's
 * review of one about two days; the rest are a few calls.
 */
export function usualDurationSeconds({
  step,
  senderStatus,
  waitingFor,
  conflict,
}: Pick<Registration, "step" | "senderStatus" | "waitingFor" | "conflict">): number | undefined {
  // Two polls of another owner's sender, the settling time apart.
  if (conflict) return 180;
  if (waitingFor === undefined || waitingFor === "operator") return undefined;
  if (senderStatus === "TWILIO_REVIEW") return 172_800;
  switch (step) {
    case "subaccount":
    case "number":
    case "sender":
      return 10;
    case "verification":
      return waitingFor === "customer" ? 300 : 30;
    case "online":
      return waitingFor === "customer" ? undefined : 90;
    case "disconnecting":
      return 15;
    case "done":
      return undefined;
  }
}
