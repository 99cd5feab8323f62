import { z } from "zod";
import { LOCALES } from "../problems/locales.ts";
import {
  baseUrl,
  brandName,
  choice,
  colour,
  extrasJson,
  flag,
  integer,
  jwtSecret,
  milliseconds,
  operatorTokens,
  origin,
  originList,
  positive,
  required,
  webUrl,
  wholeNumber,
} from "./fields.ts";

/** How a number gets its one-time code: see TWILIO_PHONE_NUMBER_TYPE. */
export const PHONE_NUMBER_TYPES = ["sms_capable", "voice_only", "byo"] as const;
export type PhoneNumberType = (typeof PHONE_NUMBER_TYPES)[number];

/** Versions of Meta's Embedded Signup. */
export const META_SIGNUP_VERSIONS = ["v2", "v3", "v4", "v5"] as const;
export type MetaSignupVersion = (typeof META_SIGNUP_VERSIONS)[number];

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const YEAR_MINUTES = 525_600;
const YEAR_HOURS = 8760;

/** What an operator may set. The comments of `.env.example` explain each. */
export const variables = z.object({
  NODE_ENV: choice(["development", "test", "production"], "development"),
  PORT: integer(3000, 0, 65_535),
  PUBLIC_URL: origin("https://api.example.com").optional(),
  INSTALLATION_ID: z
    .string()
    .regex(
      /^[a-z0-9-]{1,20}$/,
      "must be 1 to 20 of a-z, 0-9 and the hyphen. Leave it unset for default.",
    )
    .default("default"),
  MONGODB_URI: z
    .string()
    .regex(
      /^mongodb(\+srv)?:\/\/[^/]/,
      "must start with mongodb:// or mongodb+srv:// and name a host. Copy the connection string of the database.",
    )
    .optional(),

  FRONTEND_URL: origin("https://app.example.com").optional(),
  SIGNUP_SUCCESS_URL: webUrl("https://app.example.com/connected").optional(),
  SIGNUP_FAILURE_URL: webUrl("https://app.example.com/failed").optional(),
  ALLOWED_RETURN_ORIGINS: originList().default([]),
  ALLOWED_CORS_ORIGINS: originList().optional(),

  AUTH_JWT_SECRET: jwtSecret().optional(),
  AUTH_JWT_SECRET_PREVIOUS: jwtSecret().optional(),
  AUTH_CLOCK_TOLERANCE_SECONDS: integer(5, 0, 300),
  AUTH_JWKS_URL: webUrl("https://auth.example.com/.well-known/jwks.json").optional(),
  AUTH_JWT_ISSUER: z.string().optional(),
  AUTH_JWT_AUDIENCE: z.string().optional(),
  AUTH_JWT_USER_CLAIM: z.string().default("sub"),

  TWILIO_ACCOUNT_SID: required(
    "Copy the Account SID of the parent account from the Twilio Console.",
  ).regex(
    /^AC[0-9a-f]{32}$/i,
    "must be AC and 32 hexadecimal digits. Copy the Account SID of the parent account from the Twilio Console.",
  ),
  TWILIO_AUTH_TOKEN: required(
    "Copy the Auth Token of the parent account from the Twilio Console; an API key does not do.",
  ),
  TWILIO_PARTNER_SOLUTION_ID: z.string().optional(),
  TWILIO_PHONE_NUMBER_TYPE: choice(PHONE_NUMBER_TYPES, "sms_capable"),
  TWILIO_API_BASE_URL: baseUrl("https://api.twilio.com"),
  TWILIO_MESSAGING_BASE_URL: baseUrl("https://messaging.twilio.com"),
  TWILIO_TIMEOUT_MS: milliseconds(10_000),

  FACEBOOK_BUSINESS_ID: required(
    "Copy the id of your own business portfolio from Meta Business settings.",
  ),
  META_APP_ID: z.string().optional(),
  META_CONFIG_ID: z.string().optional(),
  META_APP_SECRET: z.string().optional(),
  META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d{1,2}$/, "must be a version such as v25.0. Leave it unset for v25.0.")
    .default("v25.0"),
  META_SIGNUP_VERSION: choice(META_SIGNUP_VERSIONS, "v4"),
  META_SIGNUP_EXTRAS: extrasJson().optional(),
  META_GRAPH_BASE_URL: baseUrl("https://graph.facebook.com"),
  META_SDK_URL: webUrl("https://connect.facebook.net/en_US/sdk.js").default(
    "https://connect.facebook.net/en_US/sdk.js",
  ),

  // meta: our page opens Meta's popup. redirect: our page sends the browser to another address.
  SIGNUP_MODE: choice(["meta", "redirect"], "meta"),
  SIGNUP_REDIRECT_URL: webUrl("https://www.twilio.com/console/whatsapp/embedded-signup").default(
    "https://www.twilio.com/console/whatsapp/embedded-signup",
  ),
  SIGNUP_LINK_TTL_MINUTES: positive(4320, YEAR_MINUTES, "minutes"),
  SIGNUP_SESSION_TTL_MINUTES: positive(60, YEAR_MINUTES, "minutes"),
  SIGNUP_WEEKLY_LIMIT: integer(200, 1, 1_000_000),
  ALLOW_UNPROVEN_WABA: flag(false),

  BRAND_NAME: brandName().optional(),
  BRAND_LOGO_URL: webUrl("https://app.example.com/logo.svg").optional(),
  BRAND_COLOR: colour("#0b6b50").optional(),
  BRAND_PRIVACY_URL: webUrl("https://app.example.com/privacy").optional(),
  BRAND_SUPPORT_URL: webUrl("https://app.example.com/help").optional(),

  SENDER_WEBHOOK_URL: webUrl("https://app.example.com/whatsapp").optional(),
  SENDER_STATUS_CALLBACK_URL: webUrl("https://app.example.com/whatsapp/status").optional(),

  REGISTRATION_POLL_INTERVAL_MS: milliseconds(5000),
  REGISTRATION_MAX_INTERVAL_MS: milliseconds(300_000),
  REGISTRATION_DEADLINE_HOURS: positive(72, YEAR_HOURS, "hours"),
  REGISTRATION_LEASE_MS: milliseconds(60_000),
  REGISTRATION_SETTLE_MS: milliseconds(60_000, 0),
  OFFLINE_GRACE_MS: milliseconds(600_000),
  LINKED_CHECK_INTERVAL_MS: milliseconds(3_600_000),
  WORKER_ENABLED: flag(true),
  WORKER_CONCURRENCY: integer(10, 1, 1000),

  OPS_TOKEN: operatorTokens().default([]),
  DEFAULT_LOCALE: choice(LOCALES, "es"),
  TRUST_PROXY: wholeNumber(
    0,
    100,
    "Write how many proxies stand in front of the service.",
  ).optional(),
  LOG_LEVEL: choice(LOG_LEVELS, "info"),
});

export type VariableName = keyof typeof variables.shape;

/** The name of every variable that an operator may set, in the order of `.env.example`. */
export const CONFIG_VARIABLES: readonly VariableName[] = variables.keyof().options;

export type SignupMode = z.output<typeof variables>["SIGNUP_MODE"];

/** The variables after parsing, before the rules that join several of them. */
export type Variables = z.output<typeof variables> & {
  /** Set by the platform Railway, where no disk is kept. */
  readonly RAILWAY_ENVIRONMENT?: string | undefined;
  /** The commit that runs: Railway's word for it, and the one of the image. */
  readonly RAILWAY_GIT_COMMIT_SHA?: string | undefined;
  readonly GIT_COMMIT?: string | undefined;
};
