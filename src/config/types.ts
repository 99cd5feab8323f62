import type { Locale } from "../problems/locales.ts";

/** How a number gets its one-time code: see TWILIO_PHONE_NUMBER_TYPE. */
export const PHONE_NUMBER_TYPES = ["sms_capable", "voice_only", "byo"] as const;
export type PhoneNumberType = (typeof PHONE_NUMBER_TYPES)[number];

/** `meta`: our page opens Meta's popup; `redirect`: it sends the browser on to another address. */
export const SIGNUP_MODES = ["meta", "redirect"] as const;
export type SignupMode = (typeof SIGNUP_MODES)[number];

/** Versions of Meta's Embedded Signup. */
export const META_SIGNUP_VERSIONS = ["v2", "v3", "v4", "v5"] as const;
export type MetaSignupVersion = (typeof META_SIGNUP_VERSIONS)[number];

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface FrontendConfig {
  readonly origin?: string;
  /** Undefined where the browser ends on the service's own result page. */
  readonly successUrl: string | undefined;
  readonly failureUrl: string | undefined;
  /** Origins that a session's `returnUrl` and `failureUrl` may have. */
  readonly allowedReturnOrigins: readonly string[];
  readonly allowedCorsOrigins: readonly string[];
}

export interface AuthConfig {
  /** At least one of `secret` (HS256) and `jwksUrl` (RS256, ES256, EdDSA) is there. */
  readonly secret?: string;
  /** The former secret, also accepted during a rotation. */
  readonly previousSecret?: string;
  /** How far the clock of the tokens' issuer may be off. */
  readonly clockToleranceSeconds: number;
  readonly jwksUrl?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** The claim that owns integrations. */
  readonly userClaim: string;
}

export interface TwilioConfig {
  /** The parent account's. */
  readonly accountSid: string;
  readonly authToken: string;
  readonly partnerSolutionId?: string;
  /** The kind of a session that names none. */
  readonly phoneNumberType: PhoneNumberType;
  /** Base URLs never end in a slash. */
  readonly apiBaseUrl: string;
  readonly messagingBaseUrl: string;
  /** Limit of one call. */
  readonly timeoutMs: number;
}

export interface MetaConfig {
  /** The SaaS's own business, never a customer's. */
  readonly facebookBusinessId: string;
  /** Always there in `meta` mode, as is `configId`. */
  readonly appId?: string;
  readonly configId?: string;
  /** Makes the proof that the customer owns the WABA mandatory. */
  readonly appSecret?: string;
  readonly graphVersion: string;
  readonly signupVersion: MetaSignupVersion;
  /** Merged deep over the computed `extras`; null deletes. */
  readonly signupExtras: Readonly<Record<string, unknown>> | undefined;
  readonly graphBaseUrl: string;
  readonly sdkUrl: string;
}

export interface SignupConfig {
  readonly mode: SignupMode;
  readonly redirectUrl: string;
  /** Life of a link until it is started. */
  readonly linkTtlMs: number;
  /** Life of a session from its start. */
  readonly sessionTtlMs: number;
  readonly allowUnprovenWaba: boolean;
}

/** How the customer's pages look; each is optional. */
export interface BrandConfig {
  readonly name?: string;
  /** The one picture of another host that the pages may show. */
  readonly logoUrl?: string;
  /** Six hexadecimal digits after `#`; the pages adjust it until their texts can be read. */
  readonly color?: string;
}

/** What new senders get as their webhooks. */
export interface SenderConfig {
  readonly webhookUrl?: string;
  readonly statusCallbackUrl?: string;
}

export interface RegistrationConfig {
  readonly pollIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly deadlineMs: number;
  readonly leaseMs: number;
  /** How long an effect at Twilio may take to become listable; may be 0. */
  readonly settleMs: number;
  readonly offlineGraceMs: number;
  readonly linkedCheckIntervalMs: number;
  readonly workerEnabled: boolean;
  readonly workerConcurrency: number;
}

/** The whole configuration, checked: nothing else in the service reads the environment. */
export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly installationId: string;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  /** Undefined means the embedded database, which production never has. */
  readonly mongodbUri: string | undefined;
  readonly frontend: FrontendConfig;
  readonly auth: AuthConfig;
  readonly twilio: TwilioConfig;
  readonly meta: MetaConfig;
  readonly signup: SignupConfig;
  readonly brand: BrandConfig;
  readonly sender: SenderConfig;
  readonly registration: RegistrationConfig;
  /** Bearer of the operator's endpoints. */
  readonly opsToken?: string;
  readonly defaultLocale: Locale;
  /** Number of proxies in front of the service. */
  readonly trustProxy: number;
  readonly logLevel: LogLevel;
}
