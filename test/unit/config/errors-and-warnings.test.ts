import { describe, expect, test } from "@jest/globals";
import { CONFIG_VARIABLES, configWarnings, parseConfig } from "../../../src/config/config.ts";
import { failureOf, MINIMAL, PRODUCTION, REDIRECT_PRODUCTION, SECRET } from "./environments.ts";

describe("ConfigError", () => {
  test("names every problem at once, malformed values and broken rules alike, one a line", () => {
    const error = failureOf({
      NODE_ENV: "production",
      PORT: "none",
      PUBLIC_URL: "http://api.example.com",
      TWILIO_ACCOUNT_SID: "AC1",
      SIGNUP_MODE: "redirect",
      REGISTRATION_LEASE_MS: "100",
    });

    expect(error.name).toBe("ConfigError");
    expect(error.message.split("\n")).toEqual([
      "The configuration has to be corrected:",
      expect.stringMatching(/^ {2}PORT must be a whole number/),
      expect.stringMatching(/^ {2}PUBLIC_URL must use https/),
      expect.stringMatching(/^ {2}MONGODB_URI is missing/),
      expect.stringMatching(/^ {2}AUTH_JWT_SECRET is missing/),
      expect.stringMatching(/^ {2}TWILIO_ACCOUNT_SID must be AC/),
      expect.stringMatching(/^ {2}TWILIO_AUTH_TOKEN is missing/),
      expect.stringMatching(/^ {2}TWILIO_TIMEOUT_MS must be less/),
      expect.stringMatching(/^ {2}FACEBOOK_BUSINESS_ID is missing/),
      expect.stringMatching(/^ {2}ALLOW_UNPROVEN_WABA must be true/),
    ]);
  });

  test("shows no value of any variable, whether secret or carrying a secret", () => {
    const canary = "c4n4ry";
    const env = Object.fromEntries(CONFIG_VARIABLES.map((name) => [name, `${canary}-${name} {"`]));
    const error = failureOf({
      ...env,
      AUTH_JWT_SECRET: canary,
      MONGODB_URI: `postgres://user:${canary}@host`,
      AUTH_JWKS_URL: `https://user:${canary}@host/x`,
    });

    expect(error.problems.length).toBeGreaterThan(30);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(canary);
    expect(error.cause).toBeUndefined();
  });
});

describe("a value in quotes", () => {
  test.each(CONFIG_VARIABLES)("is refused by name: %s", (variable) => {
    for (const quoted of ['"1"', "'x'", '""', "`x`", "\u201Cx\u201D", '"x" # why', " 'x' "]) {
      const { problems } = failureOf({ ...MINIMAL, [variable]: quoted });

      expect(problems.filter((problem) => problem.variable === variable)).toEqual([
        { variable, problem: expect.stringMatching(/is in quotes.+Docker.+without them/) },
      ]);
    }
  });

  test("hides no other problem, and what is between the quotes is judged once they are gone", () => {
    const env = { ...PRODUCTION, NODE_ENV: '"production"', PUBLIC_URL: "", PORT: "'none'" };

    expect(failureOf(env).problems).toEqual([
      { variable: "NODE_ENV", problem: expect.stringMatching(/^is in quotes/) },
      { variable: "PORT", problem: expect.stringMatching(/^is in quotes/) },
      { variable: "PUBLIC_URL", problem: expect.stringMatching(/^is missing; in production/) },
    ]);
  });

  test.each([
    ["BRAND_NAME", 'La "Nueva" Sol'],
    ["BRAND_NAME", "L'Hôpital"],
    ["META_SIGNUP_EXTRAS", '{"setup":{"business":{"name":"Tienda"}}}'],
    ["TWILIO_AUTH_TOKEN", 'a"b"'],
  ])("is not meant where quotes are a part of it: %s=%s", (variable, value) => {
    expect(() => parseConfig({ ...MINIMAL, [variable]: value })).not.toThrow();
  });
});

describe("configWarnings", () => {
  const quiet = {
    ...PRODUCTION,
    TWILIO_PARTNER_SOLUTION_ID: "123",
    SENDER_WEBHOOK_URL: "https://app.example.com/in",
  };

  test("has nothing to say about a complete configuration", () => {
    expect(configWarnings(parseConfig(quiet))).toEqual([]);
  });

  test.each<[string, RegExp, NodeJS.ProcessEnv]>([
    [
      "partner_solution_id_missing",
      /TWILIO_PARTNER_SOLUTION_ID.+Set it/,
      { TWILIO_PARTNER_SOLUTION_ID: "" },
    ],
    ["sender_webhook_missing", /SENDER_WEBHOOK_URL.+Set it/, { SENDER_WEBHOOK_URL: "" }],
    ["jwt_secret_has_spaces", /AUTH_JWT_SECRET.+Remove/, { AUTH_JWT_SECRET: `${SECRET}\n` }],
    [
      "jwt_secret_has_spaces",
      /AUTH_JWT_SECRET_PREVIOUS/,
      { AUTH_JWT_SECRET_PREVIOUS: `\uFEFF${SECRET}x` },
    ],
    ["signup_version_retired", /META_SIGNUP_VERSION.+set v4/, { META_SIGNUP_VERSION: "v2" }],
    ["signup_version_retired", /15 October 2026/, { META_SIGNUP_VERSION: "v3" }],
    [
      "solution_id_fixed",
      /META_SIGNUP_EXTRAS.+Remove it/,
      { META_SIGNUP_EXTRAS: '{"setup":{"solutionID":"1"}}' },
    ],
    ["solution_id_fixed", /TWILIO_PARTNER_SOLUTION_ID/, { META_SIGNUP_EXTRAS: '{"setup":null}' }],
    ...[
      "mongodb://db.example.com",
      "mongodb://db.example.com/",
      "mongodb://user:c4n4ry@a.example.com,b.example.com:27018/?replicaSet=rs",
      "mongodb+srv://user:c4n4ry@db.example.com?retryWrites=true",
    ].map((MONGODB_URI): [string, RegExp, NodeJS.ProcessEnv] => [
      "mongodb_database_missing",
      /^MONGODB_URI(?!.*c4n4ry).+test.+Add the name/,
      { MONGODB_URI },
    ]),
    ["waba_unproven", /META_APP_SECRET/, { NODE_ENV: "development", META_APP_SECRET: "" }],
    [
      "jwt_issuer_unchecked",
      /AUTH_JWT_ISSUER.+Set both/,
      {
        NODE_ENV: "development",
        AUTH_JWKS_URL: "https://auth.example.com/x",
        AUTH_JWT_ISSUER: "x",
      },
    ],
  ])("%s", (code, message, env) => {
    expect(configWarnings(parseConfig({ ...quiet, ...env }))).toEqual([
      { code, message: expect.stringMatching(message) },
    ]);
  });

  test.each(["v4", "v5"])("has nothing to say about META_SIGNUP_VERSION=%s", (version) => {
    expect(configWarnings(parseConfig({ ...quiet, META_SIGNUP_VERSION: version }))).toEqual([]);
  });

  test("redirect mode proves nothing, and its default address is not documented", () => {
    const { TWILIO_PARTNER_SOLUTION_ID, SENDER_WEBHOOK_URL } = quiet;
    const env = { ...REDIRECT_PRODUCTION, TWILIO_PARTNER_SOLUTION_ID, SENDER_WEBHOOK_URL };
    const codesOf = (url: string) =>
      configWarnings(parseConfig({ ...env, SIGNUP_REDIRECT_URL: url })).map(({ code }) => code);

    expect(codesOf("")).toEqual(["redirect_url_undocumented", "waba_unproven"]);
    expect(codesOf("https://twilio.com/x")).toContain("redirect_url_undocumented");
    expect(codesOf("https://nottwilio.com/x")).toEqual(["waba_unproven"]);
  });
});
