import { eventually } from "../support/wait.ts";
import type { Theatre } from "./theatre.ts";

/** Waits until the session's owner reads this of it. */
export function untilEvent(theatre: Theatre, sessionId: string, event: string) {
  return eventually(
    () => theatre.timelineOf(sessionId),
    (events) => events.includes(event),
  );
}
