import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../src/config/config.ts";
import {
  failureOf,
  JWKS_PRODUCTION,
  MINIMAL,
  PRODUCTION,
  REDIRECT_PRODUCTION,
} from "./environments.ts";

describe("parseConfig: rules that join variables", () => {
  test.each([
    ["minimal", MINIMAL],
    ["production", PRODUCTION],
    ["production with JWKS", JWKS_PRODUCTION],
    ["production in redirect mode", REDIRECT_PRODUCTION],
    ["redirect mode without Meta's ids", { ...REDIRECT_PRODUCTION, NODE_ENV: "development" }],
    [
      "JWKS alone outside production",
      { ...JWKS_PRODUCTION, NODE_ENV: "test", AUTH_JWT_ISSUER: "" },
    ],
    [
      "Railway with a database",
      { ...MINIMAL, RAILWAY_ENVIRONMENT: "x", MONGODB_URI: "mongodb://h" },
    ],
    ["Railway's variable empty", { ...MINIMAL, RAILWAY_ENVIRONMENT: "" }],
    ["a secret of one sign outside production", { ...MINIMAL, AUTH_JWT_SECRET: "x".repeat(32) }],
    ["a rotation", { ...PRODUCTION, AUTH_JWT_SECRET_PREVIOUS: `${"0123456789abcdef".repeat(2)}x` }],
    ["equal intervals", { ...MINIMAL, REGISTRATION_MAX_INTERVAL_MS: "5000" }],
  ])("are kept by: %s", (_, env) => {
    expect(() => parseConfig(env)).not.toThrow();
  });

  test.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
    [
      "no secret and no JWKS",
      { ...MINIMAL, AUTH_JWT_SECRET: undefined },
      "AUTH_JWT_SECRET",
      /AUTH_JWKS_URL\. Set one/,
    ],
    ...[
      "x".repeat(64),
      "\u00F1".repeat(32),
      `${" ".repeat(40)}x`,
      "abc".repeat(12),
      "12345678".repeat(5),
      "changeme-please".repeat(3),
      "0011223344556600".repeat(2),
    ].flatMap((secret): [string, NodeJS.ProcessEnv, string, RegExp][] => [
      [
        `the secret ${secret} in production`,
        { ...PRODUCTION, AUTH_JWT_SECRET: secret },
        "AUTH_JWT_SECRET",
        /repeats a few signs.+openssl rand/,
      ],
      [
        `the former secret ${secret} in production`,
        { ...PRODUCTION, AUTH_JWT_SECRET_PREVIOUS: secret },
        "AUTH_JWT_SECRET_PREVIOUS",
        /repeats a few signs.+openssl rand/,
      ],
    ]),
    [
      "a former secret alone",
      { ...JWKS_PRODUCTION, AUTH_JWT_SECRET_PREVIOUS: "0123456789abcdefghijklmnopqrstuv" },
      "AUTH_JWT_SECRET_PREVIOUS",
      /without AUTH_JWT_SECRET.+set the new one/,
    ],
    [
      "no account",
      { ...MINIMAL, TWILIO_ACCOUNT_SID: "" },
      "TWILIO_ACCOUNT_SID",
      /is missing\. Copy/,
    ],
    ["no token", { ...MINIMAL, TWILIO_AUTH_TOKEN: " " }, "TWILIO_AUTH_TOKEN", /is missing\. Copy/],
    [
      "no business",
      { ...MINIMAL, FACEBOOK_BUSINESS_ID: "" },
      "FACEBOOK_BUSINESS_ID",
      /is missing\. Copy/,
    ],
    [
      "meta without an app",
      { ...MINIMAL, META_APP_ID: "" },
      "META_APP_ID",
      /SIGNUP_MODE=meta needs it\. Copy/,
    ],
    [
      "meta without a configuration",
      { ...MINIMAL, META_CONFIG_ID: "" },
      "META_CONFIG_ID",
      /meta needs it\. Copy/,
    ],
    [
      "production without the app's secret",
      { ...PRODUCTION, META_APP_SECRET: "" },
      "META_APP_SECRET",
      /in production.+Copy/,
    ],
    [
      "production without a database",
      { ...PRODUCTION, MONGODB_URI: "" },
      "MONGODB_URI",
      /in production.+Set it/,
    ],
    [
      "Railway without a database",
      { ...MINIMAL, RAILWAY_ENVIRONMENT: "production" },
      "MONGODB_URI",
      /on Railway.+Set it/,
    ],
    [
      "production without an address",
      { ...PRODUCTION, PUBLIC_URL: "" },
      "PUBLIC_URL",
      /is missing; in production.+Set it/,
    ],
    [
      "JWKS without an issuer",
      { ...JWKS_PRODUCTION, AUTH_JWT_ISSUER: "" },
      "AUTH_JWT_ISSUER",
      /AUTH_JWKS_URL needs it\. Set/,
    ],
    [
      "JWKS without an audience",
      { ...JWKS_PRODUCTION, AUTH_JWT_AUDIENCE: "" },
      "AUTH_JWT_AUDIENCE",
      /AUTH_JWKS_URL needs it\. Set/,
    ],
    [
      "redirect in production, unproven",
      { ...REDIRECT_PRODUCTION, ALLOW_UNPROVEN_WABA: "false" },
      "ALLOW_UNPROVEN_WABA",
      /must be true.+Set it/,
    ],
    [
      "a call as long as the lease",
      { ...MINIMAL, REGISTRATION_LEASE_MS: "10000" },
      "TWILIO_TIMEOUT_MS",
      /less than REGISTRATION_LEASE_MS.+Lower/,
    ],
    [
      "first wait above the longest",
      { ...MINIMAL, REGISTRATION_MAX_INTERVAL_MS: "4999" },
      "REGISTRATION_POLL_INTERVAL_MS",
      /not be greater than REGISTRATION_MAX_INTERVAL_MS.+Lower/,
    ],
  ])("broken by: %s", (_, env, variable, message) => {
    expect(failureOf(env).problems).toEqual([
      { variable, problem: expect.stringMatching(message) },
    ]);
  });

  test.each([
    ["PUBLIC_URL", "http://api.example.com"],
    ["FRONTEND_URL", "http://app.example.com"],
    ["SIGNUP_SUCCESS_URL", "http://app.example.com/ok"],
    ["SIGNUP_FAILURE_URL", "http://app.example.com/failed"],
    ["ALLOWED_RETURN_ORIGINS", "https://a.example.com,http://b.example.com"],
    ["ALLOWED_CORS_ORIGINS", "http://localhost:5173"],
    ["AUTH_JWKS_URL", "http://auth.example.com/jwks.json"],
    ["TWILIO_API_BASE_URL", "http://localhost:4010"],
    ["TWILIO_MESSAGING_BASE_URL", "http://localhost:4010"],
    ["META_GRAPH_BASE_URL", "http://localhost:4020"],
    ["META_SDK_URL", "http://localhost:4020/sdk.js"],
    ["BRAND_LOGO_URL", "http://localhost:5173/logo.svg"],
    ["BRAND_PRIVACY_URL", "http://app.example.com/privacy"],
    ["BRAND_SUPPORT_URL", "http://app.example.com/help"],
    ["SIGNUP_REDIRECT_URL", "http://localhost:4020/start"],
    ["SENDER_WEBHOOK_URL", "http://app.example.com/in"],
    ["SENDER_STATUS_CALLBACK_URL", "http://app.example.com/status"],
  ])("%s has to be https in production, and may be http elsewhere", (variable, value) => {
    expect(failureOf({ ...JWKS_PRODUCTION, [variable]: value }).problems).toEqual([
      { variable, problem: expect.stringMatching(/must use https in production\. Write https/) },
    ]);
    expect(() => parseConfig({ ...MINIMAL, [variable]: value })).not.toThrow();
  });

  test("are not looked at for a malformed variable: one problem is told once", () => {
    const env = { ...MINIMAL, TWILIO_TIMEOUT_MS: "never", REGISTRATION_LEASE_MS: "5" };

    expect(failureOf(env).problems.map(({ variable }) => variable)).toEqual(["TWILIO_TIMEOUT_MS"]);
  });
});
