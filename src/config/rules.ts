import { isRepetitive, isWebAddress } from "./fields.ts";
import { CONFIG_VARIABLES, variables, type VariableName, type Variables } from "./schema.ts";

/** Something that several variables have to fulfil together. */
export interface Rule {
  /** The one that the operator should set or change. */
  readonly variable: VariableName;
  /** The rule is not looked at while one of these is malformed: that is said already. */
  readonly reads: readonly VariableName[];
  readonly holds: (values: Variables) => boolean;
  /** What is wrong, continuing the variable's name, and the remedy. */
  readonly problem: string;
}

const AUTH_RULES: readonly Rule[] = [
  {
    variable: "AUTH_JWT_SECRET",
    reads: ["AUTH_JWT_SECRET", "AUTH_JWKS_URL"],
    holds: (v) => v.AUTH_JWT_SECRET !== undefined || v.AUTH_JWKS_URL !== undefined,
    problem:
      'is missing, and so is AUTH_JWKS_URL. Set one of them: the secret of the HS256 tokens ("openssl rand -base64 48" makes one) or the address of the issuer\'s public keys.',
  },
  ...(["AUTH_JWT_SECRET", "AUTH_JWT_SECRET_PREVIOUS"] as const).map((variable) => ({
    variable,
    reads: ["NODE_ENV", variable] as const,
    holds: (v: Variables) =>
      !isProduction(v) || v[variable] === undefined || !isRepetitive(v[variable]),
    problem:
      'repeats a few signs, which anybody can guess. Make one with "openssl rand -base64 48" and give it to the issuer of the tokens too.',
  })),
  {
    variable: "AUTH_JWT_SECRET_PREVIOUS",
    reads: ["AUTH_JWT_SECRET", "AUTH_JWT_SECRET_PREVIOUS"],
    holds: (v) => v.AUTH_JWT_SECRET_PREVIOUS === undefined || v.AUTH_JWT_SECRET !== undefined,
    problem:
      "is set without AUTH_JWT_SECRET. It is the former secret during a rotation: set the new one too, or unset it.",
  },
  ...(["AUTH_JWT_ISSUER", "AUTH_JWT_AUDIENCE"] as const).map((variable) => ({
    variable,
    reads: ["NODE_ENV", "AUTH_JWKS_URL"] as const,
    holds: (v: Variables) =>
      !isProduction(v) || v.AUTH_JWKS_URL === undefined || v[variable] !== undefined,
    problem:
      "is missing; in production, AUTH_JWKS_URL needs it. Set it to the value that the tokens of your issuer carry.",
  })),
];

const MODE_RULES: readonly Rule[] = [
  {
    variable: "META_APP_ID",
    reads: ["SIGNUP_MODE"],
    holds: (v) => v.SIGNUP_MODE !== "meta" || v.META_APP_ID !== undefined,
    problem:
      "is missing; SIGNUP_MODE=meta needs it. Copy the App ID from the Meta App Dashboard, or set SIGNUP_MODE=redirect.",
  },
  {
    variable: "META_CONFIG_ID",
    reads: ["SIGNUP_MODE"],
    holds: (v) => v.SIGNUP_MODE !== "meta" || v.META_CONFIG_ID !== undefined,
    problem:
      "is missing; SIGNUP_MODE=meta needs it. Copy the Configuration ID from Facebook Login for Business in the Meta App Dashboard.",
  },
  {
    variable: "META_APP_SECRET",
    reads: ["NODE_ENV", "SIGNUP_MODE"],
    holds: (v) => !isProduction(v) || v.SIGNUP_MODE !== "meta" || v.META_APP_SECRET !== undefined,
    problem:
      "is missing; in production, SIGNUP_MODE=meta needs it to prove who owns an account. Copy it from the app's basic settings in the Meta App Dashboard.",
  },
  {
    variable: "ALLOW_UNPROVEN_WABA",
    reads: ["NODE_ENV", "SIGNUP_MODE", "ALLOW_UNPROVEN_WABA"],
    holds: (v) => !isProduction(v) || v.SIGNUP_MODE !== "redirect" || v.ALLOW_UNPROVEN_WABA,
    problem:
      "must be true for SIGNUP_MODE=redirect in production, which cannot prove who owns an account. Set it to true to accept that, or use SIGNUP_MODE=meta.",
  },
];

const TIME_RULES: readonly Rule[] = [
  {
    variable: "TWILIO_TIMEOUT_MS",
    reads: ["TWILIO_TIMEOUT_MS", "REGISTRATION_LEASE_MS"],
    holds: (v) => v.TWILIO_TIMEOUT_MS < v.REGISTRATION_LEASE_MS,
    problem:
      "must be less than REGISTRATION_LEASE_MS: a lease has to outlast one call. Lower it or raise the lease.",
  },
  {
    variable: "REGISTRATION_POLL_INTERVAL_MS",
    reads: ["REGISTRATION_POLL_INTERVAL_MS", "REGISTRATION_MAX_INTERVAL_MS"],
    holds: (v) => v.REGISTRATION_POLL_INTERVAL_MS <= v.REGISTRATION_MAX_INTERVAL_MS,
    problem:
      "must not be greater than REGISTRATION_MAX_INTERVAL_MS, up to which it grows. Lower it or raise the maximum.",
  },
];

const DEPLOYMENT_RULES: readonly Rule[] = [
  {
    variable: "MONGODB_URI",
    reads: ["NODE_ENV", "MONGODB_URI"],
    holds: (v) =>
      v.MONGODB_URI !== undefined || !(isProduction(v) || v.RAILWAY_ENVIRONMENT !== undefined),
    problem:
      "is missing; in production and on Railway there is no embedded database. Set it to the connection string of a MongoDB database.",
  },
  {
    variable: "PUBLIC_URL",
    reads: ["NODE_ENV", "PUBLIC_URL"],
    holds: (v) => !isProduction(v) || v.PUBLIC_URL !== undefined,
    problem:
      "is missing; in production the service cannot guess it. Set it to the service's public origin, such as https://api.example.com.",
  },
];

const HTTPS_RULES: readonly Rule[] = CONFIG_VARIABLES.filter((variable) =>
  isWebAddress(variables.shape[variable]),
).map((variable) => ({
  variable,
  reads: ["NODE_ENV", variable],
  holds: (v) => !isProduction(v) || [v[variable] ?? []].flat().every(isHttps),
  problem:
    "must use https in production. Write https:// and serve that address with a certificate.",
}));

/** Every rule that joins several variables. */
export const RULES: readonly Rule[] = [
  ...AUTH_RULES,
  ...MODE_RULES,
  ...TIME_RULES,
  ...DEPLOYMENT_RULES,
  ...HTTPS_RULES,
];

function isProduction(values: Variables): boolean {
  return values.NODE_ENV === "production";
}

function isHttps(url: unknown): boolean {
  return typeof url === "string" && /^https:/i.test(url);
}
