import type { MovableClock } from "./movable-clock.ts";
import { newNumber, newUser } from "./numbers.ts";
import type { LogLine, TestService } from "./service.ts";
import { createSession } from "./signup.ts";

/** What tokens of this service's issuer carry; see `REFUSALS_ENV`. */
export const OWN = { iss: "the-saas", aud: "whatsapp" };

export const REFUSALS_ENV = {
  WORKER_ENABLED: "false",
  AUTH_JWT_ISSUER: OWN.iss,
  AUTH_JWT_AUDIENCE: OWN.aud,
};

export const REFUSALS = ["token_rejected", "access_refused", "rate_limited"];

/** What tests about refused requests do, and the lines that they find in the log. */
export function refusalsOf(service: () => TestService, clock: MovableClock) {
  let requests = 0;
  return {
    bearer: (userId: string, claims: object = {}) =>
      service().bearer(userId, { ...OWN, ...claims }),

    /** An id for one request, by which its lines are found. */
    nextRequestId: (): string => {
      requests += 1;
      // What is bounded for one test must not be for the next one.
      clock.advance(61_000);
      return `request-${requests}`;
    },

    /** The lines of one request, in order. */
    linesOf: (requestId: string, ...events: string[]): LogLine[] =>
      service().log.filter(
        (line) => line.requestId === requestId && events.includes(line.event ?? ""),
      ),

    /** A session of an owner whose tokens this service takes. */
    session: async (started = false) => {
      const userId = newUser();
      const phoneNumber = newNumber();
      const made = await createSession(service(), { userId, phoneNumber, claims: OWN });
      const visitor = service().visitor();
      const payload = await visitor.open(made.signupUrl);
      if (started) await visitor.start(payload).expect(200);
      return { ...made, userId, phoneNumber, visitor, payload };
    },
  };
}
