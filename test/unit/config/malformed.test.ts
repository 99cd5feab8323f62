import { describe, expect, test } from "@jest/globals";
import { CONFIG_VARIABLES } from "../../../src/config/config.ts";
import { failureOf, MINIMAL } from "./environments.ts";

const BROKEN_ORIGINS = [
  "app.example.com",
  "//app.example.com",
  "ftp://app.example.com",
  "https://",
  "https:///app.example.com",
  "https://app.example.com/path",
  "https://app.example.com?x=1",
  "https://app.example.com/#x",
  "https://user:pass@app.example.com",
  "https://*.example.com",
  "https://app.example.com\\@evil.example.com",
  "https://app example.com",
  "*",
  "null",
  "javascript:alert(1)",
];
const BROKEN_URLS = [
  "app.example.com/x",
  "/x",
  "ftp://app.example.com/x",
  "https://user:pass@app.example.com/x",
  "https://",
  "https://exa mple.com",
];
const BROKEN_TIMES = ["0", "-1", "1.5", "1e3", "0x10", "5s", "2147483648", "99999999999", "NaN"];
const ONE_OF = /must be one of .+ Leave it unset for/;

/** variable, what is wrong, remedy, values */
const MALFORMED: [string, RegExp, RegExp, string[]][] = [
  ["PORT", /whole number from 0 to 65535/, /unset for 3000/, ["x", "-1", "65536", "3000.5", "0x1"]],
  ["NODE_ENV", /one of development, test, production/, /unset/, ["prod", "Production", "staging"]],
  ["INSTALLATION_ID", /1 to 20 of a-z/, /unset/, ["A", "a_b", "a".repeat(21), "ñ", "a b"]],
  ["PUBLIC_URL", /must be an origin such as/, /Correct or unset/, BROKEN_ORIGINS],
  ["FRONTEND_URL", /must be an origin such as/, /Correct or unset/, BROKEN_ORIGINS],
  [
    "MONGODB_URI",
    /must start with mongodb:\/\/ or mongodb\+srv:\/\//,
    /Copy the connection string/,
    ["localhost:27017", "http://x", "mongodb:/x", "mongodb://", "MONGODB//x", "postgres://u:p@h/d"],
  ],
  ["BRAND_NAME", /at most 60 characters on one line/, /Shorten/, ["x".repeat(61), "a\nb"]],
  ["BRAND_LOGO_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  ["BRAND_PRIVACY_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  ["BRAND_SUPPORT_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  [
    "BRAND_COLOR",
    /must be a colour such as #0b6b50/,
    /Correct or unset/,
    ["red", "##0b6b50", "0b6b5", "#0b6b5", "#0b6b50ff", "#ggg", "rgb(0,0,0)", "#fff;}"],
  ],
  ["SIGNUP_SUCCESS_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  ["SIGNUP_FAILURE_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  [
    "ALLOWED_RETURN_ORIGINS",
    /must be origins .+ separated by commas/,
    /Correct or unset/,
    [...BROKEN_ORIGINS, "https://a.example.com https://b.example.com", "https://a.example.com,*"],
  ],
  ["ALLOWED_CORS_ORIGINS", /must be origins/, /Correct or unset/, BROKEN_ORIGINS],
  ["AUTH_JWT_SECRET", /at least 32 bytes/, /openssl rand/, ["x".repeat(31), "short"]],
  ["AUTH_JWT_SECRET_PREVIOUS", /at least 32 bytes/, /openssl rand/, ["x".repeat(31), "short"]],
  [
    "AUTH_CLOCK_TOLERANCE_SECONDS",
    /whole number from 0 to 300/,
    /unset for 5/,
    ["-1", "301", "5s", "0.5"],
  ],
  ["AUTH_JWKS_URL", /must be a full address such as/, /Correct or unset/, BROKEN_URLS],
  [
    "TWILIO_ACCOUNT_SID",
    /AC and 32 hexadecimal digits/,
    /Copy the Account SID/,
    ["AC123", `SK${"0".repeat(32)}`, `AC${"0".repeat(33)}`, `AC${"g".repeat(32)}`],
  ],
  ["TWILIO_PHONE_NUMBER_TYPE", ONE_OF, /unset for sms_capable/, ["sms", "SMS_CAPABLE", "BYO"]],
  ["TWILIO_API_BASE_URL", /must be an address such as/, /unset/, [...BROKEN_URLS, "https://a.b?x"]],
  [
    "TWILIO_MESSAGING_BASE_URL",
    /must be an address such as/,
    /unset/,
    [...BROKEN_URLS, "https://a.b#x"],
  ],
  ["META_GRAPH_BASE_URL", /must be an address such as/, /unset/, BROKEN_URLS],
  ["META_SDK_URL", /must be a full address such as/, /unset/, BROKEN_URLS],
  ["META_GRAPH_VERSION", /a version such as v25.0/, /unset/, ["25.0", "v25", "latest", "v25.0/me"]],
  ["META_SIGNUP_VERSION", ONE_OF, /unset for v4/, ["4", "v6", "v4-public-preview"]],
  [
    "META_SIGNUP_EXTRAS",
    /must be a JSON object/,
    /Correct or unset/,
    ["{", "[]", "null", '"x":1', "1", "{'a':1}", "featureType=x"],
  ],
  ["SIGNUP_MODE", ONE_OF, /unset for meta/, ["popup", "META"]],
  ["SIGNUP_REDIRECT_URL", /must be a full address such as/, /unset/, BROKEN_URLS],
  ["SIGNUP_LINK_TTL_MINUTES", /above 0/, /unset for 4320/, ["0", "-1", "x", "1e3", "525601", ".5"]],
  ["SIGNUP_SESSION_TTL_MINUTES", /above 0/, /unset for 60/, ["0", "0.0", "-1", "60m"]],
  ["ALLOW_UNPROVEN_WABA", /true or false/, /unset for false/, ["yes", "1", "TRUE"]],
  ["SENDER_WEBHOOK_URL", /must be a full address such as/, /unset/, BROKEN_URLS],
  ["SENDER_STATUS_CALLBACK_URL", /must be a full address such as/, /unset/, BROKEN_URLS],
  ["REGISTRATION_POLL_INTERVAL_MS", /whole number from 1/, /unset for 5000/, BROKEN_TIMES],
  ["REGISTRATION_MAX_INTERVAL_MS", /whole number from 1/, /unset for 300000/, BROKEN_TIMES],
  ["REGISTRATION_DEADLINE_HOURS", /above 0/, /unset for 72/, ["0", "-1", "3d", "8761"]],
  ["REGISTRATION_LEASE_MS", /whole number from 1/, /unset for 60000/, BROKEN_TIMES],
  ["REGISTRATION_SETTLE_MS", /whole number from 0/, /unset for 60000/, ["-1", "1.5", "x"]],
  ["TWILIO_TIMEOUT_MS", /whole number from 1/, /unset for 10000/, BROKEN_TIMES],
  ["OFFLINE_GRACE_MS", /whole number from 1/, /unset for 600000/, BROKEN_TIMES],
  ["LINKED_CHECK_INTERVAL_MS", /whole number from 1/, /unset for 3600000/, BROKEN_TIMES],
  ["WORKER_ENABLED", /true or false/, /unset for true/, ["no", "0", "False"]],
  ["WORKER_CONCURRENCY", /whole number from 1 to 1000/, /unset for 10/, ["0", "1001", "x"]],
  ["SIGNUP_WEEKLY_LIMIT", /whole number from 1/, /unset for 200/, ["0", "-1", "ten"]],
  ["DEFAULT_LOCALE", ONE_OF, /unset for es/, ["fr", "ES", "pt-BR"]],
  ["TRUST_PROXY", /whole number from 0/, /how many proxies/, ["true", "-1", "loopback"]],
  ["LOG_LEVEL", ONE_OF, /unset for info/, ["verbose", "INFO", "30"]],
  ["OPS_TOKEN", /name:token/, /without spaces/, ["a token", "ana:", ":x", "a!b:token", "ana:x,,"]],
];

describe("parseConfig: a malformed value", () => {
  const cases = MALFORMED.flatMap(([variable, wrong, remedy, values]) =>
    values.map((value) => ({ variable, wrong, remedy, value })),
  );

  test.each(cases)("$variable=$value", ({ variable, wrong, remedy, value }) => {
    const { problems } = failureOf({ ...MINIMAL, [variable]: value });

    expect(problems).toEqual([{ variable, problem: expect.stringMatching(wrong) }]);
    expect(problems[0]?.problem).toMatch(remedy);
  });

  // The rule on META_APP_ID reads SIGNUP_MODE, so only that one may keep it from being judged.
  test.each(cases.filter(({ variable }) => variable !== "SIGNUP_MODE"))(
    "$variable=$value does not hide a broken rule",
    ({ variable, value }) => {
      const { problems } = failureOf({ ...MINIMAL, META_APP_ID: "", [variable]: value });

      expect(problems.map((problem) => problem.variable).toSorted()).toEqual(
        [variable, "META_APP_ID"].toSorted(),
      );
    },
  );

  test("is told of for every variable that has a form", () => {
    const free = [
      "AUTH_JWT_ISSUER",
      "AUTH_JWT_AUDIENCE",
      "AUTH_JWT_USER_CLAIM",
      "TWILIO_AUTH_TOKEN",
      "TWILIO_PARTNER_SOLUTION_ID",
      "FACEBOOK_BUSINESS_ID",
      "META_APP_ID",
      "META_CONFIG_ID",
      "META_APP_SECRET",
    ];
    const covered = new Set([...free, ...MALFORMED.map(([variable]) => variable)]);

    expect([...covered].toSorted()).toEqual(CONFIG_VARIABLES.toSorted());
  });
});
