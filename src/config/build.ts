import type { Variables } from "./schema.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RETURN_PATH = "/dashboard/integrations/connect/whatsapp";

/** The whole configuration, checked: nothing else in the service reads the environment. */
export type Config = Readonly<ReturnType<typeof buildConfig>>;
export type AuthConfig = Config["auth"];
export type BrandConfig = Config["brand"];

/** Groups checked variables, and fills in the defaults that depend on other variables. */
export function buildConfig(v: Variables) {
  const production = v.NODE_ENV === "production";
  return {
    production,
    port: v.PORT,
    installationId: v.INSTALLATION_ID,
    /** Origin without a trailing slash. */
    publicUrl: v.PUBLIC_URL ?? `http://localhost:${v.PORT}`,
    /** Undefined means the embedded database, which production never has. */
    mongodbUri: v.MONGODB_URI,
    frontend: frontend(v),
    auth: auth(v),
    twilio: twilio(v),
    meta: meta(v),
    signup: {
      mode: v.SIGNUP_MODE,
      redirectUrl: v.SIGNUP_REDIRECT_URL,
      /** Life of a link until it is started. */
      linkTtlMs: Math.ceil(v.SIGNUP_LINK_TTL_MINUTES * MINUTE_MS),
      /** Life of a session from its start. */
      sessionTtlMs: Math.ceil(v.SIGNUP_SESSION_TTL_MINUTES * MINUTE_MS),
      /** New customers in a rolling seven days. */
      weeklyLimit: v.SIGNUP_WEEKLY_LIMIT,
      allowUnprovenWaba: v.ALLOW_UNPROVEN_WABA,
    },
    brand: {
      ...optional("name", v.BRAND_NAME),
      /** The only picture of another host that the pages may show. */
      ...optional("logoUrl", v.BRAND_LOGO_URL),
      /** Six hexadecimal digits after `#`; the pages adjust it until their texts can be read. */
      ...optional("color", v.BRAND_COLOR),
      /** At the foot of each page. */
      ...optional("privacyUrl", v.BRAND_PRIVACY_URL),
      ...optional("supportUrl", v.BRAND_SUPPORT_URL),
    },
    sender: {
      ...optional("webhookUrl", v.SENDER_WEBHOOK_URL),
      ...optional("statusCallbackUrl", v.SENDER_STATUS_CALLBACK_URL),
    },
    registration: registration(v),
    /** Bearers of the operator's endpoints, and whose each is. */
    opsTokens: v.OPS_TOKEN,
    /** The commit that runs, where the platform or the image says it. */
    ...optional("commit", v.RAILWAY_GIT_COMMIT_SHA ?? v.GIT_COMMIT),
    defaultLocale: v.DEFAULT_LOCALE,
    /** Number of proxies in front of the service. */
    trustProxy: v.TRUST_PROXY ?? (production ? 1 : 0),
    logLevel: v.LOG_LEVEL,
  };
}

function frontend(v: Variables) {
  const base = v.FRONTEND_URL && `${v.FRONTEND_URL}${RETURN_PATH}`;
  const successUrl = v.SIGNUP_SUCCESS_URL ?? (base && `${base}/success`);
  const failureUrl = v.SIGNUP_FAILURE_URL ?? (base && `${base}/error`);
  const configured = [v.FRONTEND_URL, successUrl, failureUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).origin);
  return {
    ...optional("origin", v.FRONTEND_URL),
    /** Undefined where the browser ends on the service's own result page. */
    successUrl,
    failureUrl,
    /** Origins that a session's `returnUrl` and `failureUrl` may have. */
    allowedReturnOrigins: [...new Set([...configured, ...v.ALLOWED_RETURN_ORIGINS])],
    allowedCorsOrigins: [
      ...new Set(v.ALLOWED_CORS_ORIGINS ?? (v.FRONTEND_URL === undefined ? [] : [v.FRONTEND_URL])),
    ],
  };
}

function auth(v: Variables) {
  return {
    /** At least one of `secret` (HS256) and `jwksUrl` (RS256, ES256, EdDSA) is there. */
    ...optional("secret", v.AUTH_JWT_SECRET),
    /** The former secret, also accepted during a rotation. */
    ...optional("previousSecret", v.AUTH_JWT_SECRET_PREVIOUS),
    /** How far the clock of the tokens' issuer may be off. */
    clockToleranceSeconds: v.AUTH_CLOCK_TOLERANCE_SECONDS,
    ...optional("jwksUrl", v.AUTH_JWKS_URL),
    ...optional("issuer", v.AUTH_JWT_ISSUER),
    ...optional("audience", v.AUTH_JWT_AUDIENCE),
    /** The claim that owns integrations. */
    userClaim: v.AUTH_JWT_USER_CLAIM,
  };
}

function twilio(v: Variables) {
  return {
    /** The parent account's, as is the token. */
    accountSid: v.TWILIO_ACCOUNT_SID,
    authToken: v.TWILIO_AUTH_TOKEN,
    ...optional("partnerSolutionId", v.TWILIO_PARTNER_SOLUTION_ID),
    /** The kind of a session that names none. */
    phoneNumberType: v.TWILIO_PHONE_NUMBER_TYPE,
    /** Base URLs never end in a slash. */
    apiBaseUrl: v.TWILIO_API_BASE_URL,
    messagingBaseUrl: v.TWILIO_MESSAGING_BASE_URL,
    /** Limit of one call. */
    timeoutMs: v.TWILIO_TIMEOUT_MS,
  };
}

function meta(v: Variables) {
  return {
    /** The SaaS's own business, never a customer's. */
    facebookBusinessId: v.FACEBOOK_BUSINESS_ID,
    /** Always there in `meta` mode, as is `configId`. */
    ...optional("appId", v.META_APP_ID),
    ...optional("configId", v.META_CONFIG_ID),
    /** Makes the proof that the customer owns the WABA mandatory. */
    ...optional("appSecret", v.META_APP_SECRET),
    graphVersion: v.META_GRAPH_VERSION,
    signupVersion: v.META_SIGNUP_VERSION,
    /** Merged deep over the computed `extras`; null deletes. */
    signupExtras: v.META_SIGNUP_EXTRAS,
    graphBaseUrl: v.META_GRAPH_BASE_URL,
    sdkUrl: v.META_SDK_URL,
  };
}

function registration(v: Variables) {
  return {
    pollIntervalMs: v.REGISTRATION_POLL_INTERVAL_MS,
    maxIntervalMs: v.REGISTRATION_MAX_INTERVAL_MS,
    deadlineMs: Math.ceil(v.REGISTRATION_DEADLINE_HOURS * HOUR_MS),
    leaseMs: v.REGISTRATION_LEASE_MS,
    /** How long an effect at Twilio may take to become listable; may be 0. */
    settleMs: v.REGISTRATION_SETTLE_MS,
    offlineGraceMs: v.OFFLINE_GRACE_MS,
    linkedCheckIntervalMs: v.LINKED_CHECK_INTERVAL_MS,
    workerEnabled: v.WORKER_ENABLED,
    workerConcurrency: v.WORKER_CONCURRENCY,
  };
}

/** A property that is absent, not undefined, where there is no value. */
function optional<Key extends string>(
  key: Key,
  value: string | undefined,
): { readonly [K in Key]?: string } {
  const entry: { [K in Key]?: string } = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
