import { errors, type JWTPayload } from "jose";
import type { LoggedRefusal } from "../../problems/problem-error.ts";

/** Why a token was not accepted, as the operator reads it; the caller learns only that it was not. */
export type TokenFault =
  | "missing"
  | "malformed"
  | "algorithm"
  | "signature"
  | "unknown_key"
  | "exp_missing"
  | "expired"
  | "not_yet_valid"
  | "issuer"
  | "audience"
  | "user_claim"
  | "claim";

/** A claim that is not as it has to be, or is left out. */
const FAULT_OF_CLAIM: Readonly<Record<string, TokenFault>> = {
  nbf: "not_yet_valid",
  iat: "not_yet_valid",
  iss: "issuer",
  aud: "audience",
};

/**
 * What the log says of a token that the library refused. The library's own text is not among it: it
 * may quote the token.
 * @param now for how far the token's times are off, which is how a wrong clock shows
 */
export function loggedTokenFault(error: unknown, userClaim: string, now: Date): LoggedRefusal {
  if (error instanceof errors.JWTExpired) {
    return { reason: "expired", ...secondsOff(error.payload, "exp", now) };
  }
  if (error instanceof errors.JWTClaimValidationFailed) return ofClaim(error, userClaim, now);
  return { reason: faultOf(error) };
}

function ofClaim(
  { claim, reason, payload }: errors.JWTClaimValidationFailed,
  userClaim: string,
  now: Date,
): LoggedRefusal {
  if (claim === userClaim) return { reason: "user_claim", claim };
  if (claim === "exp" && reason === "missing") return { reason: "exp_missing" };
  const fault = FAULT_OF_CLAIM[claim];
  if (fault !== "not_yet_valid") return { reason: fault ?? "claim", claim };
  return { reason: fault, claim, ...secondsOff(payload, claim, now) };
}

function secondsOff(payload: JWTPayload, claim: string, now: Date) {
  const at = payload[claim];
  return typeof at === "number" ? { secondsOff: Math.round(now.getTime() / 1000 - at) } : {};
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return "algorithm";
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  if (error instanceof errors.JWKSNoMatchingKey) return "unknown_key";
  return "malformed";
}
