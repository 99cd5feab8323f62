import { ConfigError, parseConfig } from "../../../src/config/config.ts";

/** Environments that are valid, for tests to break in one place. */
export const SECRET = "0123456789abcdef0123456789abcdef";
export const ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef";
export const TWILIO_PAGE = "https://www.twilio.com/console/whatsapp/embedded-signup";

export const MINIMAL = {
  AUTH_JWT_SECRET: SECRET,
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: "parent-token",
  FACEBOOK_BUSINESS_ID: "1000000000001",
  META_APP_ID: "1000000000002",
  META_CONFIG_ID: "1000000000003",
};

export const PRODUCTION = {
  ...MINIMAL,
  NODE_ENV: "production",
  PUBLIC_URL: "https://api.example.com",
  MONGODB_URI: "mongodb://db.example.com/app",
  META_APP_SECRET: "app-secret",
};

export const JWKS_PRODUCTION = {
  ...PRODUCTION,
  AUTH_JWT_SECRET: undefined,
  AUTH_JWKS_URL: "https://auth.example.com/jwks.json",
  AUTH_JWT_ISSUER: "https://auth.example.com/",
  AUTH_JWT_AUDIENCE: "whatsapp",
};

export const REDIRECT_PRODUCTION = {
  ...PRODUCTION,
  SIGNUP_MODE: "redirect",
  ALLOW_UNPROVEN_WABA: "true",
  META_APP_ID: undefined,
  META_CONFIG_ID: undefined,
  META_APP_SECRET: undefined,
};

/** The error that an environment is refused with. */
export function failureOf(env: NodeJS.ProcessEnv): ConfigError {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("The configuration was accepted");
}
