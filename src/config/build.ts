import type { Variables } from "./schema.ts";
import type {
  AuthConfig,
  Config,
  FrontendConfig,
  MetaConfig,
  RegistrationConfig,
  TwilioConfig,
} from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RETURN_PATH = "/dashboard/integrations/connect/whatsapp";

/** Groups checked variables, and fills in the defaults that depend on other variables. */
export function buildConfig(v: Variables): Config {
  const production = v.NODE_ENV === "production";
  return {
    production,
    port: v.PORT,
    installationId: v.INSTALLATION_ID,
    publicUrl: v.PUBLIC_URL ?? `http://localhost:${v.PORT}`,
    mongodbUri: v.MONGODB_URI,
    frontend: frontend(v),
    auth: auth(v),
    twilio: twilio(v),
    meta: meta(v),
    signup: {
      mode: v.SIGNUP_MODE,
      redirectUrl: v.SIGNUP_REDIRECT_URL,
      linkTtlMs: Math.ceil(v.SIGNUP_LINK_TTL_MINUTES * MINUTE_MS),
      sessionTtlMs: Math.ceil(v.SIGNUP_SESSION_TTL_MINUTES * MINUTE_MS),
      allowUnprovenWaba: v.ALLOW_UNPROVEN_WABA,
    },
    brand: {
      ...optional("name", v.BRAND_NAME),
      ...optional("logoUrl", v.BRAND_LOGO_URL),
      ...optional("color", v.BRAND_COLOR),
    },
    sender: {
      ...optional("webhookUrl", v.SENDER_WEBHOOK_URL),
      ...optional("statusCallbackUrl", v.SENDER_STATUS_CALLBACK_URL),
    },
    registration: registration(v),
    ...optional("opsToken", v.OPS_TOKEN),
    defaultLocale: v.DEFAULT_LOCALE,
    trustProxy: v.TRUST_PROXY ?? (production ? 1 : 0),
    logLevel: v.LOG_LEVEL,
  };
}

function frontend(v: Variables): FrontendConfig {
  const base = v.FRONTEND_URL && `${v.FRONTEND_URL}${RETURN_PATH}`;
  const successUrl = v.SIGNUP_SUCCESS_URL ?? (base && `${base}/success`);
  const failureUrl = v.SIGNUP_FAILURE_URL ?? (base && `${base}/error`);
  const configured = [v.FRONTEND_URL, successUrl, failureUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).origin);
  return {
    ...optional("origin", v.FRONTEND_URL),
    successUrl,
    failureUrl,
    allowedReturnOrigins: [...new Set([...configured, ...v.ALLOWED_RETURN_ORIGINS])],
    allowedCorsOrigins: [
      ...new Set(v.ALLOWED_CORS_ORIGINS ?? (v.FRONTEND_URL === undefined ? [] : [v.FRONTEND_URL])),
    ],
  };
}

function auth(v: Variables): AuthConfig {
  return {
    ...optional("secret", v.AUTH_JWT_SECRET),
    ...optional("previousSecret", v.AUTH_JWT_SECRET_PREVIOUS),
    clockToleranceSeconds: v.AUTH_CLOCK_TOLERANCE_SECONDS,
    ...optional("jwksUrl", v.AUTH_JWKS_URL),
    ...optional("issuer", v.AUTH_JWT_ISSUER),
    ...optional("audience", v.AUTH_JWT_AUDIENCE),
    userClaim: v.AUTH_JWT_USER_CLAIM,
  };
}

function twilio(v: Variables): TwilioConfig {
  return {
    accountSid: v.TWILIO_ACCOUNT_SID,
    authToken: v.TWILIO_AUTH_TOKEN,
    ...optional("partnerSolutionId", v.TWILIO_PARTNER_SOLUTION_ID),
    phoneNumberType: v.TWILIO_PHONE_NUMBER_TYPE,
    apiBaseUrl: v.TWILIO_API_BASE_URL,
    messagingBaseUrl: v.TWILIO_MESSAGING_BASE_URL,
    timeoutMs: v.TWILIO_TIMEOUT_MS,
  };
}

function meta(v: Variables): MetaConfig {
  return {
    facebookBusinessId: v.FACEBOOK_BUSINESS_ID,
    ...optional("appId", v.META_APP_ID),
    ...optional("configId", v.META_CONFIG_ID),
    ...optional("appSecret", v.META_APP_SECRET),
    graphVersion: v.META_GRAPH_VERSION,
    signupVersion: v.META_SIGNUP_VERSION,
    signupExtras: v.META_SIGNUP_EXTRAS,
    graphBaseUrl: v.META_GRAPH_BASE_URL,
    sdkUrl: v.META_SDK_URL,
  };
}

function registration(v: Variables): RegistrationConfig {
  return {
    pollIntervalMs: v.REGISTRATION_POLL_INTERVAL_MS,
    maxIntervalMs: v.REGISTRATION_MAX_INTERVAL_MS,
    deadlineMs: Math.ceil(v.REGISTRATION_DEADLINE_HOURS * HOUR_MS),
    leaseMs: v.REGISTRATION_LEASE_MS,
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
