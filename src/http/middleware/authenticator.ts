import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from "jose";
import type { AuthConfig } from "../../config/build.ts";
import { shownName } from "../../display-name.ts";
import { canonicalPhoneNumber } from "../../phone-number.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { PublishedKeys } from "./published-keys.ts";
import type { Owner } from "../../signup/signup-service.ts";
import type { BoundedLog } from "./bounded-log.ts";
import { loggedTokenFault, type TokenFault } from "./token-fault.ts";

const ASYMMETRIC_ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const TEXT_MAX_LENGTH = 255;
const NUMBERS_MAX = 1_000;
/** Databases store any of them as the same sign, so two owners would become one. */
const HALF_SIGN = /\p{Surrogate}/u;

/** Turns the `Authorization` header of a caller into the owner that it speaks for. */
export type Authenticate = (authorization: string | undefined) => Promise<Owner>;

/**
 * Verifies bearer tokens. The token's `alg` chooses the kind of key and never more than that: HS256
 * is checked with the secret alone, the asymmetric ones with the published keys alone.
 * @param log told of claims that an accepted token has in vain
 * @returns a function that throws ProblemError `unauthenticated` for anything but a valid token
 */
export function createAuthenticator(config: AuthConfig, log: BoundedLog): Authenticate {
  const secrets = [config.secret, config.previousSecret].flatMap((text) =>
    text ? [new TextEncoder().encode(text)] : [],
  );
  const keys = config.jwksUrl ? new PublishedKeys(config.jwksUrl) : undefined;
  const { clockToleranceSeconds } = config;
  const checks = {
    requiredClaims: ["exp", config.userClaim],
    clockTolerance: clockToleranceSeconds,
    ...(config.issuer ? { issuer: config.issuer } : {}),
    ...(config.audience ? { audience: config.audience } : {}),
  };

  /** The former secret is asked only where the present one did not sign. */
  async function verifyBySecrets(token: string): Promise<JWTPayload> {
    for (const secret of secrets) {
      try {
        return (await jwtVerify(token, secret, { ...checks, algorithms: ["HS256"] })).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }

  async function verify(token: string): Promise<JWTPayload> {
    const alg = algorithmOf(token);
    if (alg === "HS256" && secrets.length > 0) return verifyBySecrets(token);
    if (keys && alg && ASYMMETRIC_ALGORITHMS.includes(alg)) {
      return keys.verify(token, { ...checks, algorithms: ASYMMETRIC_ALGORITHMS });
    }
    throw new errors.JOSEAlgNotAllowed("the algorithm is not accepted");
  }

  return async (authorization) => {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? "")?.[1];
    if (!token) {
      const reason: TokenFault = authorization ? "malformed" : "missing";
      throw new ProblemError("unauthenticated", { logged: { reason } });
    }
    let claims: JWTPayload;
    try {
      claims = await verify(token);
      requireIssued(claims, clockToleranceSeconds);
    } catch (error) {
      const code = keysAreMissing(error) ? "authentication_unavailable" : "unauthenticated";
      // Only the kind of the error goes on: its text may quote the token.
      const kind = error instanceof errors.JOSEError ? error.code : String(error);
      const logged = loggedTokenFault(error, config.userClaim, new Date());
      throw new ProblemError(code, { message: `${code}: ${kind}`, logged });
    }
    return ownerOf(claims, config.userClaim, log);
  };
}

/** @throws JOSEError for a token of later than the tolerance allows, as its `nbf` would be */
function requireIssued(claims: JWTPayload, toleranceSeconds: number): void {
  const { iat } = claims;
  if (iat === undefined || iat <= Date.now() / 1000 + toleranceSeconds) return;
  throw new errors.JWTClaimValidationFailed(
    '"iat" claim timestamp check failed',
    claims,
    "iat",
    "check_failed",
  );
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    throw new errors.JWSInvalid("the header cannot be read");
  }
}

/** The published keys could not be fetched or read: the caller's token may well be good. */
function keysAreMissing(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === "ERR_JOSE_GENERIC"
  );
}

/** Databases number their users: a whole number is the same owner as its decimal text. */
function textOf(claim: unknown): string | undefined {
  if (Number.isSafeInteger(claim)) return String(claim);
  return typeof claim === "string" ? claim : undefined;
}

function ownerOf(claims: JWTPayload, userClaim: string, log: BoundedLog): Owner {
  const userId = textOf(claims[userClaim]);
  if (!userId || userId.length > TEXT_MAX_LENGTH || HALF_SIGN.test(userId)) {
    throw new ProblemError("unauthenticated", {
      logged: { reason: "user_claim" satisfies TokenFault, claim: userClaim },
    });
  }
  const { account_name: accountName, phone_numbers: numbers } = claims;
  const shown = typeof accountName === "string" ? shownName(accountName) : "";
  const assignedNumbers = Array.isArray(numbers)
    ? numbers.slice(0, NUMBERS_MAX).flatMap((number: unknown) => {
        const canonical = typeof number === "string" ? canonicalPhoneNumber(number) : undefined;
        return canonical ? [canonical] : [];
      })
    : [];
  noteLostNumbers(log, userId, numbers, assignedNumbers.length);
  return {
    userId,
    ...(shown ? { accountName: shown } : {}),
    assignedNumbers,
  };
}

/** A claim of the wrong shape assigns less than the SaaS meant; without this line nothing shows it. */
function noteLostNumbers(log: BoundedLog, userId: string, claim: unknown, kept: number): void {
  if (claim === undefined || claim === null) return;
  const given = Array.isArray(claim) ? claim.length : undefined;
  if (given === kept) return;
  const fault = given === undefined ? "not_a_list" : "not_phone_numbers";
  log.write(
    "warn",
    { event: "token_rejected", reason: "phone_numbers" },
    { claim: "phone_numbers", fault, userId, kept, ...(given === undefined ? {} : { given }) },
    "A claim of an accepted token is left out",
  );
}
