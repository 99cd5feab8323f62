import type { Config } from "./config/config.ts";
import { BrowserCookie } from "./http/middleware/browser-cookie.ts";
import { asksNumberFirst } from "./signup/launch.ts";
import { RESULT_PATH } from "./signup/urls.ts";

/** What the HTTP side takes from the configuration. */
export function httpSettings(config: Config) {
  return {
    cookie: new BrowserCookie(
      config.publicUrl,
      config.signup.sessionTtlMs + config.registration.deadlineMs,
    ),
    brand: config.brand,
    mode: config.signup.mode,
    sdkUrl: config.meta.sdkUrl,
    asksNumberFirst: asksNumberFirst(config.meta.signupVersion),
    needsCode: config.meta.appSecret !== undefined,
    production: config.production,
    partnerSolutionConfigured: config.twilio.partnerSolutionId !== undefined,
    defaultLocale: config.defaultLocale,
    receivesMessages: config.sender.webhookUrl !== undefined,
    publicUrl: config.publicUrl,
    allowedCorsOrigins: config.frontend.allowedCorsOrigins,
    failureUrl: config.frontend.failureUrl ?? `${config.publicUrl}${RESULT_PATH}`,
    trustProxy: config.trustProxy,
  };
}

/** What the operator's endpoints take from the configuration. */
export function operatorSettings({ production, commit }: Config) {
  return { production, ...(commit ? { commit } : {}) };
}

/** What signups take from the configuration. */
export function signupSettings(config: Config) {
  const { twilio, meta, signup, frontend } = config;
  return {
    publicUrl: config.publicUrl,
    accountSid: twilio.accountSid,
    ...(twilio.partnerSolutionId ? { partnerSolutionId: twilio.partnerSolutionId } : {}),
    phoneNumberType: twilio.phoneNumberType,
    facebookBusinessId: meta.facebookBusinessId,
    ...(meta.appId ? { appId: meta.appId } : {}),
    ...(meta.configId ? { configId: meta.configId } : {}),
    graphVersion: meta.graphVersion,
    sdkUrl: meta.sdkUrl,
    signupVersion: meta.signupVersion,
    signupExtras: meta.signupExtras,
    mode: signup.mode,
    redirectUrl: signup.redirectUrl,
    linkTtlMs: signup.linkTtlMs,
    sessionTtlMs: signup.sessionTtlMs,
    successUrl: frontend.successUrl,
    failureUrl: frontend.failureUrl,
    allowedReturnOrigins: frontend.allowedReturnOrigins,
    defaultLocale: config.defaultLocale,
  };
}
