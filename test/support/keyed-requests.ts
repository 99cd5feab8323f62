import type { MovableClock } from "./movable-clock.ts";
import type { TestService } from "./service.ts";

/** Tokens that the injected clock finds valid. */
export const CLAIMS = { exp: 4_000_000_000 };

/** What tests about `Idempotency-Key` do. */
export function keyedRequestsOf(service: () => TestService, clock: MovableClock) {
  const collection = (name: string) => service().database.connection.collection(name);
  return {
    keys: () => collection("idempotency_keys"),
    sessions: () => collection("signup_sessions"),
    integrations: () => collection("integrations"),

    post: async (userId: string, path: string, key: string | undefined, body: object = {}) => {
      const request = service()
        .http.post(path)
        .set("Authorization", await service().bearer(userId, CLAIMS));
      if (key !== undefined) void request.set("Idempotency-Key", key);
      return request.send(body);
    },

    /** Leaves what a process leaves that is killed at its requests: its leases, and nothing settled. */
    asIfKilled: async () => {
      const until = new Date(clock.now().getTime() + 60_000);
      const lease = { token: "of a dead process", until };
      await collection("idempotency_keys").updateMany({}, { $set: { isDone: false, lease } });
    },
  };
}
