import { importJWK, type JWK } from "jose";
import type { Config } from "../config/config.ts";
import { isRepetitive } from "../config/fields.ts";
import { networkKind } from "../provider-message.ts";
import { fail, ok, type Check, type Finding } from "./check.ts";

const TIMEOUT_MS = 8_000;
const ALGORITHMS = ["RS256", "ES256", "EdDSA"];

/** Whether the owners' tokens can be checked: a secret that cannot be guessed, keys that can be read. */
export function tokenKeyCheck({ auth }: Config): Check {
  return {
    name: "token keys",
    run: async ({ signal }) => {
      const { secret, previousSecret, jwksUrl } = auth;
      return [
        ...secretFinding("AUTH_JWT_SECRET", secret),
        ...secretFinding("AUTH_JWT_SECRET_PREVIOUS", previousSecret),
        ...(jwksUrl === undefined ? [] : [await publishedKeys(jwksUrl, signal)]),
      ];
    },
  };
}

function secretFinding(variable: string, secret: string | undefined): Finding[] {
  if (secret === undefined) return [];
  return [
    isRepetitive(secret)
      ? fail(
          `${variable} repeats a few signs, which anybody can guess. Make one with "openssl rand -base64 48" and give it to the issuer of the tokens too.`,
        )
      : ok(`${variable} is strong`),
  ];
}

async function publishedKeys(address: string, signal: AbortSignal): Promise<Finding> {
  const where = "Look at AUTH_JWKS_URL and at the server of your issuer's keys.";
  let body: unknown;
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(address, { signal: limited });
    if (!response.ok) return fail(`AUTH_JWKS_URL answers with ${response.status}. ${where}`);
    body = await response.json();
  } catch (error) {
    const kind = networkKind(error);
    return fail(`AUTH_JWKS_URL gives no keys${kind ? ` (${kind})` : ""}. ${where}`);
  }
  const usable = (await Promise.all(keysOf(body).map(isUsable))).filter(Boolean).length;
  return usable > 0
    ? ok(`AUTH_JWKS_URL has ${usable} keys that can be used`)
    : fail(`AUTH_JWKS_URL has no key of ${ALGORITHMS.join(", ")}. ${where}`);
}

function keysOf(body: unknown): JWK[] {
  const keys = typeof body === "object" && body !== null && "keys" in body ? body.keys : undefined;
  return Array.isArray(keys) ? (keys as JWK[]) : [];
}

/** A key that names no algorithm may be used with the one of its kind. */
async function isUsable(key: JWK): Promise<boolean> {
  const alg = key.alg ?? { RSA: "RS256", EC: "ES256", OKP: "EdDSA" }[String(key.kty)];
  if (alg === undefined || !ALGORITHMS.includes(alg)) return false;
  try {
    await importJWK(key, alg);
    return true;
  } catch {
    return false;
  }
}
