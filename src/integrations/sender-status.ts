/** What a sender's status means for its registration (docs/domain.md 3.4). */
export type SenderState = "online" | "awaits_code" | "offline" | "under_way";

/**
 * Twilio's statuses are an open set: one that is unknown today means that something is under way,
 * and is polled again, kept and shown.
 */
export function senderState(status: string): SenderState {
  switch (status) {
    case "ONLINE":
    case "ONLINE:UPDATING":
      return "online";
    case "PENDING_VERIFICATION":
      return "awaits_code";
    case "OFFLINE":
      return "offline";
    default:
      return "under_way";
  }
}

/** The step that a sender of this status is at, when it is recorded. */
export function stepOf(status: string): "verification" | "online" {
  return senderState(status) === "awaits_code" ? "verification" : "online";
}
