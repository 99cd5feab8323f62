import type { Config } from "./build.ts";

export type ConfigWarningCode =
  | "partner_solution_id_missing"
  | "mongodb_database_missing"
  | "redirect_url_undocumented"
  | "waba_unproven"
  | "signup_version_retired"
  | "solution_id_fixed"
  | "sender_webhook_missing"
  | "jwt_secret_has_spaces"
  | "jwt_issuer_unchecked";

/** Something that does not stop the start but that an operator should know. */
export interface ConfigWarning {
  code: ConfigWarningCode;
  /** What is not as it should be, and the remedy; in English, for the log. */
  message: string;
}

interface Check extends ConfigWarning {
  applies: (config: Config) => boolean;
}

const CHECKS: readonly Check[] = [
  {
    code: "partner_solution_id_missing",
    applies: ({ twilio }) => twilio.partnerSolutionId === undefined,
    message:
      "TWILIO_PARTNER_SOLUTION_ID is not set: no signup session can be created. Set it once Twilio's Partner Solution is accepted (Meta App Dashboard, WhatsApp, Partner Solutions).",
  },
  {
    code: "mongodb_database_missing",
    applies: ({ mongodbUri }) => mongodbUri !== undefined && !namesDatabase(mongodbUri),
    message:
      "MONGODB_URI names no database, so the one named test is used. Add the name after the hosts: mongodb://host/name.",
  },
  {
    code: "redirect_url_undocumented",
    applies: ({ signup }) => signup.mode === "redirect" && isTwilioHost(signup.redirectUrl),
    message:
      "SIGNUP_REDIRECT_URL points at an address that Twilio does not document: it may not work. Use SIGNUP_MODE=meta, or ask Twilio.",
  },
  {
    code: "waba_unproven",
    applies: ({ signup, meta }) => signup.mode === "redirect" || meta.appSecret === undefined,
    message:
      "Nothing proves that a customer owns the WhatsApp Business account that is connected. Use SIGNUP_MODE=meta with META_APP_SECRET.",
  },
  {
    code: "signup_version_retired",
    applies: ({ signup, meta }) =>
      signup.mode === "meta" && (meta.signupVersion === "v2" || meta.signupVersion === "v3"),
    message:
      "META_SIGNUP_VERSION names a version whose end Meta announced for 15 October 2026. Make a v4 configuration at Meta and set v4.",
  },
  {
    code: "solution_id_fixed",
    applies: ({ meta }) => touchesSolutionId(meta.signupExtras?.setup),
    message:
      "META_SIGNUP_EXTRAS cannot change setup.solutionID: TWILIO_PARTNER_SOLUTION_ID is sent all the same. Remove it from META_SIGNUP_EXTRAS.",
  },
  {
    code: "sender_webhook_missing",
    applies: ({ sender }) => sender.webhookUrl === undefined,
    message:
      "SENDER_WEBHOOK_URL is not set: nobody receives what is written to the connected numbers. Set it to your address for inbound messages; connected numbers get it within LINKED_CHECK_INTERVAL_MS.",
  },
  {
    code: "jwt_secret_has_spaces",
    applies: ({ auth: { secret, previousSecret } }) =>
      [secret, previousSecret].some((text) => text !== undefined && text !== text.trim()),
    message:
      "AUTH_JWT_SECRET or AUTH_JWT_SECRET_PREVIOUS begins or ends with a space or a line break, which counts as a part of it. Remove it unless the issuer of the tokens has it too.",
  },
  {
    code: "jwt_issuer_unchecked",
    applies: ({ auth: { jwksUrl, issuer, audience } }) =>
      jwksUrl !== undefined && (issuer === undefined || audience === undefined),
    message:
      "AUTH_JWKS_URL is used without AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: tokens made for other services are accepted too. Set both; production needs them.",
  },
];

/** What the log and `doctor` should point out about a configuration that is otherwise valid. */
export function configWarnings(config: Config): ConfigWarning[] {
  return CHECKS.filter((check) => check.applies(config)).map(({ code, message }) => ({
    code,
    message,
  }));
}

/** Hosts may be several and their names anything, so it is not read as a URL. */
function namesDatabase(mongodbUri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/]+\/[^/?#]+/.test(mongodbUri);
}

/** Null would delete the whole of `setup`, and with it the id. */
function touchesSolutionId(setup: unknown): boolean {
  return setup === null || (typeof setup === "object" && "solutionID" in setup);
}

function isTwilioHost(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "twilio.com" || hostname.endsWith(".twilio.com");
}
