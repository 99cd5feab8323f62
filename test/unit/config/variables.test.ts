import { describe, expect, test } from "@jest/globals";
import { type Config, parseConfig } from "../../../src/config/config.ts";
import { ACCOUNT_SID, JWKS_PRODUCTION, MINIMAL, PRODUCTION, SECRET } from "./environments.ts";

describe("parseConfig: every variable", () => {
  test("arrives where it belongs", () => {
    const config = parseConfig({
      ...JWKS_PRODUCTION,
      AUTH_JWT_SECRET: SECRET,
      AUTH_JWT_SECRET_PREVIOUS: `${SECRET}-former`,
      AUTH_CLOCK_TOLERANCE_SECONDS: "0",
      AUTH_JWT_USER_CLAIM: "org_id",
      PORT: "8080",
      INSTALLATION_ID: "eu-1",
      FRONTEND_URL: "https://app.example.com/",
      SIGNUP_SUCCESS_URL: "https://www.example.com/ok?lang=es",
      SIGNUP_FAILURE_URL: "https://www.example.com/failed",
      ALLOWED_RETURN_ORIGINS:
        "https://One.example.com:443, https://app.example.com,,https://two.example.com:8443/",
      ALLOWED_CORS_ORIGINS: "https://admin.example.com",
      TWILIO_PARTNER_SOLUTION_ID: "123456",
      TWILIO_PHONE_NUMBER_TYPE: "byo",
      TWILIO_API_BASE_URL: "https://twilio.example.com/api/",
      TWILIO_MESSAGING_BASE_URL: "https://messaging.example.com",
      TWILIO_TIMEOUT_MS: "500",
      META_GRAPH_VERSION: "v26.0",
      META_SIGNUP_VERSION: "v3",
      META_SIGNUP_EXTRAS: '{"featureType":null,"setup":{"business":{"name":"Tienda"}}}',
      META_GRAPH_BASE_URL: "https://graph.example.com",
      META_SDK_URL: "https://sdk.example.com/sdk.js",
      SIGNUP_REDIRECT_URL: "https://signup.example.com/start?a=1",
      SIGNUP_LINK_TTL_MINUTES: "0.05",
      SIGNUP_SESSION_TTL_MINUTES: "30",
      ALLOW_UNPROVEN_WABA: "true",
      BRAND_NAME: "Tienda",
      BRAND_LOGO_URL: "https://cdn.example.com/logo.svg?v=2",
      BRAND_COLOR: "#A1f",
      BRAND_PRIVACY_URL: "https://app.example.com/privacy",
      BRAND_SUPPORT_URL: "https://app.example.com/help",
      SENDER_WEBHOOK_URL: "https://app.example.com/in",
      SENDER_STATUS_CALLBACK_URL: "https://app.example.com/status",
      REGISTRATION_POLL_INTERVAL_MS: "50",
      REGISTRATION_MAX_INTERVAL_MS: "100",
      REGISTRATION_DEADLINE_HOURS: "0.001",
      REGISTRATION_LEASE_MS: "1000",
      REGISTRATION_SETTLE_MS: "0",
      OFFLINE_GRACE_MS: "200",
      LINKED_CHECK_INTERVAL_MS: "300",
      WORKER_ENABLED: "false",
      WORKER_CONCURRENCY: "2",
      OPS_TOKEN: "ops",
      GIT_COMMIT: "0a1b2c3",
      DEFAULT_LOCALE: "pt",
      TRUST_PROXY: "2",
      LOG_LEVEL: "debug",
    });

    expect(config).toEqual({
      production: true,
      port: 8080,
      installationId: "eu-1",
      publicUrl: "https://api.example.com",
      mongodbUri: "mongodb://db.example.com/app",
      frontend: {
        origin: "https://app.example.com",
        successUrl: "https://www.example.com/ok?lang=es",
        failureUrl: "https://www.example.com/failed",
        allowedReturnOrigins: [
          "https://app.example.com",
          "https://www.example.com",
          "https://one.example.com",
          "https://two.example.com:8443",
        ],
        allowedCorsOrigins: ["https://admin.example.com"],
      },
      auth: {
        secret: SECRET,
        previousSecret: `${SECRET}-former`,
        clockToleranceSeconds: 0,
        jwksUrl: "https://auth.example.com/jwks.json",
        issuer: "https://auth.example.com/",
        audience: "whatsapp",
        userClaim: "org_id",
      },
      twilio: {
        accountSid: ACCOUNT_SID,
        authToken: "parent-token",
        partnerSolutionId: "123456",
        phoneNumberType: "byo",
        apiBaseUrl: "https://twilio.example.com/api",
        messagingBaseUrl: "https://messaging.example.com",
        timeoutMs: 500,
      },
      meta: {
        facebookBusinessId: "1000000000001",
        appId: "1000000000002",
        configId: "1000000000003",
        appSecret: "app-secret",
        graphVersion: "v26.0",
        signupVersion: "v3",
        signupExtras: { featureType: null, setup: { business: { name: "Tienda" } } },
        graphBaseUrl: "https://graph.example.com",
        sdkUrl: "https://sdk.example.com/sdk.js",
      },
      signup: {
        mode: "meta",
        redirectUrl: "https://signup.example.com/start?a=1",
        linkTtlMs: 3000,
        sessionTtlMs: 1_800_000,
        weeklyLimit: 200,
        allowUnprovenWaba: true,
      },
      brand: {
        name: "Tienda",
        logoUrl: "https://cdn.example.com/logo.svg?v=2",
        color: "#aa11ff",
        privacyUrl: "https://app.example.com/privacy",
        supportUrl: "https://app.example.com/help",
      },
      sender: {
        webhookUrl: "https://app.example.com/in",
        statusCallbackUrl: "https://app.example.com/status",
      },
      registration: {
        pollIntervalMs: 50,
        maxIntervalMs: 100,
        deadlineMs: 3600,
        leaseMs: 1000,
        settleMs: 0,
        offlineGraceMs: 200,
        linkedCheckIntervalMs: 300,
        workerEnabled: false,
        workerConcurrency: 2,
      },
      opsTokens: [{ name: "ops", token: "ops" }],
      commit: "0a1b2c3",
      defaultLocale: "pt",
      trustProxy: 2,
      logLevel: "debug",
    } satisfies Config);
  });

  test("FRONTEND_URL is the base of the two return addresses, and may call and be returned to", () => {
    expect(parseConfig({ ...MINIMAL, FRONTEND_URL: "http://localhost:5173" }).frontend).toEqual({
      origin: "http://localhost:5173",
      successUrl: "http://localhost:5173/dashboard/integrations/connect/whatsapp/success",
      failureUrl: "http://localhost:5173/dashboard/integrations/connect/whatsapp/error",
      allowedReturnOrigins: ["http://localhost:5173"],
      allowedCorsOrigins: ["http://localhost:5173"],
    });
  });

  test("a success address alone leaves the failure to the service's own page", () => {
    expect(
      parseConfig({ ...MINIMAL, SIGNUP_SUCCESS_URL: "https://a.example.com/x" }).frontend,
    ).toEqual({
      successUrl: "https://a.example.com/x",
      failureUrl: undefined,
      allowedReturnOrigins: ["https://a.example.com"],
      allowedCorsOrigins: [],
    });
  });

  test.each([
    [{ PORT: "4000" }, "http://localhost:4000"],
    [{ PORT: "4000", PUBLIC_URL: "https://API.example.com:443/" }, "https://api.example.com"],
    [{ PUBLIC_URL: "http://192.0.2.1:3000" }, "http://192.0.2.1:3000"],
    [{ PUBLIC_URL: "http://[::1]:3000" }, "http://[::1]:3000"],
  ])("%j: the public address is %s", (env, expected) => {
    expect(parseConfig({ ...MINIMAL, ...env }).publicUrl).toBe(expected);
  });

  test.each([
    [PRODUCTION, 1],
    [{ ...PRODUCTION, TRUST_PROXY: "0" }, 0],
    [MINIMAL, 0],
    [{ ...MINIMAL, TRUST_PROXY: "3" }, 3],
  ])("TRUST_PROXY: case %# trusts %i proxies", (env, expected) => {
    expect(parseConfig(env).trustProxy).toBe(expected);
  });

  test.each([
    ["production", true],
    ["development", false],
    ["test", false],
  ])("NODE_ENV=%s: production is %s", (NODE_ENV, production) => {
    expect(parseConfig({ ...PRODUCTION, NODE_ENV }).production).toBe(production);
  });

  test.each(["#0b6b50", "0B6B50"])(
    "BRAND_COLOR=%s is a colour in .env files and elsewhere",
    (color) => {
      expect(parseConfig({ ...MINIMAL, BRAND_COLOR: color }).brand.color).toBe("#0b6b50");
    },
  );

  test("an account SID is accepted in capitals too", () => {
    const sid = `AC${"ABCDEF01".repeat(4)}`;
    expect(parseConfig({ ...MINIMAL, TWILIO_ACCOUNT_SID: sid }).twilio.accountSid).toBe(sid);
  });

  test.each(["mongodb://a,b:27018/x?replicaSet=r", "mongodb+srv://u:p@c.example.com/x"])(
    "MONGODB_URI may be %s",
    (uri) => {
      expect(parseConfig({ ...MINIMAL, MONGODB_URI: uri }).mongodbUri).toBe(uri);
    },
  );
});
