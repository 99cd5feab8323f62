import { describe, expect, test } from "@jest/globals";
import { CONFIG_VARIABLES, type Config, parseConfig } from "../../src/config/config.ts";
import { ACCOUNT_SID, MINIMAL, SECRET, TWILIO_PAGE } from "./config/environments.ts";

describe("parseConfig: defaults", () => {
  test("a minimal environment gives the whole configuration of a development machine", () => {
    expect(parseConfig(MINIMAL)).toEqual({
      production: false,
      port: 3000,
      installationId: "default",
      publicUrl: "http://localhost:3000",
      mongodbUri: undefined,
      frontend: {
        successUrl: undefined,
        failureUrl: undefined,
        allowedReturnOrigins: [],
        allowedCorsOrigins: [],
      },
      auth: { secret: SECRET, clockToleranceSeconds: 5, userClaim: "sub" },
      twilio: {
        accountSid: ACCOUNT_SID,
        authToken: "parent-token",
        phoneNumberType: "sms_capable",
        apiBaseUrl: "https://api.twilio.com",
        messagingBaseUrl: "https://messaging.twilio.com",
        timeoutMs: 10_000,
      },
      meta: {
        facebookBusinessId: "1000000000001",
        appId: "1000000000002",
        configId: "1000000000003",
        graphVersion: "v25.0",
        signupVersion: "v4",
        signupExtras: undefined,
        graphBaseUrl: "https://graph.facebook.com",
        sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
      },
      signup: {
        mode: "meta",
        redirectUrl: TWILIO_PAGE,
        linkTtlMs: 259_200_000,
        sessionTtlMs: 3_600_000,
        weeklyLimit: 200,
        allowUnprovenWaba: false,
      },
      brand: {},
      sender: {},
      registration: {
        pollIntervalMs: 5000,
        maxIntervalMs: 300_000,
        deadlineMs: 259_200_000,
        leaseMs: 60_000,
        settleMs: 60_000,
        offlineGraceMs: 600_000,
        linkedCheckIntervalMs: 3_600_000,
        workerEnabled: true,
        workerConcurrency: 10,
      },
      opsTokens: [],
      defaultLocale: "es",
      trustProxy: 0,
      logLevel: "info",
    } satisfies Config);
  });

  test("has no key at all for an optional value that is not set", () => {
    const { twilio, meta, auth, brand, sender, frontend, ...rest } = parseConfig(MINIMAL);

    expect(Object.keys(twilio)).not.toContain("partnerSolutionId");
    expect(Object.keys(meta)).not.toContain("appSecret");
    expect(Object.keys(auth)).toEqual(["secret", "clockToleranceSeconds", "userClaim"]);
    expect(Object.keys(brand)).toEqual([]);
    expect(Object.keys(sender)).toEqual([]);
    expect(Object.keys(frontend)).not.toContain("origin");
    expect(Object.keys(rest)).not.toContain("commit");
  });

  test("an empty or blank value counts as unset", () => {
    const blank = Object.fromEntries(
      CONFIG_VARIABLES.map((name, index) => [name, " ".repeat(index % 3)]),
    );

    expect(parseConfig({ ...blank, ...MINIMAL })).toEqual(parseConfig(MINIMAL));
  });

  test("variables of other programs change nothing", () => {
    expect(
      parseConfig({ ...MINIMAL, HOME: "/root", HOST: "x", MONGO_URL: "y", port: "1" }),
    ).toEqual(parseConfig(MINIMAL));
  });

  test("spaces around a value are cut, but for the shared secrets, whose every byte signs", () => {
    const config = parseConfig({
      ...MINIMAL,
      AUTH_JWT_SECRET: ` ${SECRET}\n`,
      AUTH_JWT_SECRET_PREVIOUS: `${SECRET}\r`,
      TWILIO_AUTH_TOKEN: " parent-token\n",
      FACEBOOK_BUSINESS_ID: "\uFEFF1000000000001\u200B\u202C",
      PORT: " 8080 ",
    });

    expect(config.auth.secret).toBe(` ${SECRET}\n`);
    expect(config.auth.previousSecret).toBe(`${SECRET}\r`);
    expect(config.meta.facebookBusinessId).toBe("1000000000001");
    expect(config.twilio.authToken).toBe("parent-token");
    expect(config.port).toBe(8080);
  });
});
