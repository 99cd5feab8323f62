import type { SignupSession } from "../../../src/signup/signup-session.ts";

/** A started session; every part can be replaced. */
export function sessionWith(parts: Partial<SignupSession> = {}): SignupSession {
  const at = new Date("2026-05-01T10:00:00.000Z");
  return {
    _id: "wss_1",
    userId: "user-1",
    assignedNumbers: [],
    phoneNumberType: "sms_capable",
    locale: "es",
    returnUrl: "https://app.example.com/ok",
    failureUrl: "https://app.example.com/failed",
    payloadHashes: ["hash"],
    status: "opened",
    createdAt: at,
    linkExpiresAt: at,
    expiresAt: at,
    timeline: [],
    keptUntil: at,
    ...parts,
  };
}
