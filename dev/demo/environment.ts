import { randomBytes } from "node:crypto";
import { INBOUND_PATH } from "./saas/app.ts";

/** What both the service and the simulator are told, so that they fit each other. */
export const ACCOUNTS = {
  accountSid: `AC${"0".repeat(31)}1`,
  authToken: "simulated-parent-token",
  appId: "100000000000001",
  appSecret: "simulated-app-secret",
  configId: "200000000000002",
  partnerSolutionId: "300000000000003",
} as const;

/** Addresses of what runs around the service. */
export interface Surroundings {
  port: number;
  mongodbUri: string;
  frontendUrl: string;
  twilioUrl: string;
  metaUrl: string;
}

/** The service's variables in the demo: the same that an operator sets, with short waits. */
export function demoEnvironment(around: Surroundings): Record<string, string> {
  return {
    NODE_ENV: "development",
    PORT: String(around.port),
    PUBLIC_URL: `http://localhost:${around.port}`,
    INSTALLATION_ID: "demo",
    MONGODB_URI: around.mongodbUri,
    FRONTEND_URL: around.frontendUrl,
    AUTH_JWT_SECRET: randomBytes(32).toString("base64"),
    TWILIO_ACCOUNT_SID: ACCOUNTS.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNTS.authToken,
    TWILIO_PARTNER_SOLUTION_ID: ACCOUNTS.partnerSolutionId,
    TWILIO_API_BASE_URL: around.twilioUrl,
    TWILIO_MESSAGING_BASE_URL: around.twilioUrl,
    TWILIO_TIMEOUT_MS: "3000",
    BRAND_NAME: "Mostrador",
    FACEBOOK_BUSINESS_ID: "900000000000009",
    SIGNUP_MODE: "meta",
    META_APP_ID: ACCOUNTS.appId,
    META_CONFIG_ID: ACCOUNTS.configId,
    META_APP_SECRET: ACCOUNTS.appSecret,
    META_GRAPH_BASE_URL: around.metaUrl,
    META_SDK_URL: `${around.metaUrl}/sdk.js`,
    SENDER_WEBHOOK_URL: `${around.frontendUrl}${INBOUND_PATH}`,
    REGISTRATION_POLL_INTERVAL_MS: "700",
    REGISTRATION_MAX_INTERVAL_MS: "3000",
    REGISTRATION_LEASE_MS: "10000",
    REGISTRATION_SETTLE_MS: "2000",
    OFFLINE_GRACE_MS: "15000",
    LINKED_CHECK_INTERVAL_MS: "15000",
  };
}
