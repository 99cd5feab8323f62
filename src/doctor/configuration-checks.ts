import { configWarnings, type Config, type ConfigWarningCode } from "../config/config.ts";
import type { Clock } from "../clock.ts";
import { fail, ok, orOk, warn, type Check, type Finding } from "./check.ts";
import { graphFinding, nodeFinding } from "./lifetimes.ts";

const META_ID = /^\d{5,20}$/;
const OPS_TOKEN_MIN_LENGTH = 20;

/** What the settings alone tell. */
export function configurationChecks(config: Config, clock: Clock, nodeVersion: string): Check[] {
  const check = (name: string, run: () => Finding[]): Check => ({ name, run });
  const now = () => clock.now();
  return [
    check("node", () => [nodeFinding(nodeVersion, now())]),
    check("configuration", () =>
      orOk(
        warned(config, "solution_id_fixed", "jwt_secret_has_spaces", "jwt_issuer_unchecked"),
        "Every variable can be read",
      ),
    ),
    check("operator tokens", () => operatorTokens(config)),
    check("return addresses", () => returnAddresses(config)),
    check("webhook addresses", () => webhookAddresses(config)),
    check("partner solution", () => partnerSolution(config)),
    check("signup redirect", () =>
      orOk(warned(config, "redirect_url_undocumented"), "The signup's way is documented"),
    ),
    check("meta ids", () => metaIds(config)),
    check("graph version", () => [graphFinding(config.meta.graphVersion, now())]),
    check("signup version", () =>
      orOk(
        warned(config, "signup_version_retired"),
        `Embedded Signup ${config.meta.signupVersion}`,
      ),
    ),
  ];
}

function warned(config: Config, ...codes: ConfigWarningCode[]): Finding[] {
  return configWarnings(config)
    .filter(({ code }) => codes.includes(code))
    .map(({ message }) => warn(message));
}

function operatorTokens({ opsTokens, production }: Config): Finding[] {
  if (opsTokens.length === 0 && production) {
    return [
      warn(
        'OPS_TOKEN is not set: /metrics and /ops do not exist. Make one with "openssl rand -base64 32".',
      ),
    ];
  }
  const short = opsTokens.filter(({ token }) => token.length < OPS_TOKEN_MIN_LENGTH);
  return orOk(
    short.map(({ name }) =>
      fail(
        `The token ${name} of OPS_TOKEN can be guessed. Make one of ${OPS_TOKEN_MIN_LENGTH} signs or more with "openssl rand -base64 32".`,
      ),
    ),
    opsTokens.length === 0
      ? "None: this machine alone"
      : opsTokens.map(({ name }) => name).join(", "),
  );
}

/** Production refuses these at the start already; elsewhere they are told of before that day. */
function returnAddresses({ frontend, publicUrl }: Config): Finding[] {
  const origins = [publicUrl, ...frontend.allowedReturnOrigins, ...frontend.allowedCorsOrigins];
  const open = [...new Set(origins)].filter((origin) => !isHttps(origin) && !isLocal(origin));
  return orOk(
    open.map((origin) =>
      fail(
        `${origin} is http: Meta's popup and its result need https. Serve it with a certificate and write https://.`,
      ),
    ),
    "https, or this machine",
  );
}

function webhookAddresses(config: Config): Finding[] {
  const { statusCallbackUrl } = config.sender;
  return orOk(
    [
      ...warned(config, "sender_webhook_missing"),
      ...(statusCallbackUrl === undefined
        ? [
            warn(
              "SENDER_STATUS_CALLBACK_URL is not set: nobody hears whether messages arrived. Set it to your address for message statuses.",
            ),
          ]
        : []),
    ],
    "Both are set",
  );
}

function partnerSolution(config: Config): Finding[] {
  const { partnerSolutionId } = config.twilio;
  const missing = warned(config, "partner_solution_id_missing").map(({ message }) => fail(message));
  if (missing.length > 0) return missing;
  return META_ID.test(partnerSolutionId ?? "")
    ? [ok(`${partnerSolutionId}`)]
    : [
        fail(
          "TWILIO_PARTNER_SOLUTION_ID is not a number of Meta's. Copy the id from the Meta App Dashboard, WhatsApp, Partner Solutions.",
        ),
      ];
}

function metaIds({ meta, signup }: Config): Finding[] {
  const business = named("FACEBOOK_BUSINESS_ID", meta.facebookBusinessId, "Business settings");
  if (signup.mode !== "meta") {
    return orOk(business, "FACEBOOK_BUSINESS_ID; the others are not used");
  }
  return orOk(
    [
      ...business,
      ...named("META_APP_ID", meta.appId, "the Meta App Dashboard"),
      ...named("META_CONFIG_ID", meta.configId, "Facebook Login for Business, Configurations"),
    ],
    "Business, app and configuration are numbers",
  );
}

function named(variable: string, value: string | undefined, where: string): Finding[] {
  if (META_ID.test(value ?? "")) return [];
  return [
    fail(`${variable} is not an id of Meta's, which has digits alone. Copy it from ${where}.`),
  ];
}

function isHttps(origin: string): boolean {
  return origin.startsWith("https:");
}

function isLocal(origin: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/.test(new URL(origin).hostname);
}
