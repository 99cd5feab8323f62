import type { MetaSignupVersion, PhoneNumberType, SignupMode } from "../config/schema.ts";
import { ProblemError } from "../problems/problem-error.ts";

/** What a frontend needs to open Meta's popup itself; null where the configuration has none. */
export interface Launch {
  mode: SignupMode;
  appId: string | null;
  configId: string | null;
  graphVersion: string;
  sdkUrl: string;
  /** The `extras` of `FB.login`. */
  extras: Record<string, unknown>;
}

/** The part of the configuration that the launch is computed from. */
export interface LaunchSettings {
  mode: SignupMode;
  appId?: string;
  configId?: string;
  graphVersion: string;
  sdkUrl: string;
  signupVersion: MetaSignupVersion;
  signupExtras: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The id under which Twilio and Meta know the SaaS's solution.
 * @throws ProblemError `partner_solution_id_not_configured`
 */
export function requirePartnerSolution(settings: { partnerSolutionId?: string }): string {
  const { partnerSolutionId } = settings;
  if (!partnerSolutionId) throw new ProblemError("partner_solution_id_not_configured");
  return partnerSolutionId;
}

/** v4 begins with the number, and nothing skips that screen (Meta's page on v4). For v5 the same is assumed. */
export function asksNumberFirst(version: MetaSignupVersion): boolean {
  return version === "v4" || version === "v5";
}

/**
 * What each version of Embedded Signup wants beside `setup` (Meta's versions page of 21 May 2026).
 * Only v2 can leave out the phone screens, which fits a Twilio number that receives its code by SMS;
 * later versions fall back to the standard flow and always send session info. Meta's page leaves v4's
 * `extras` empty on purpose, since the login configuration decides; the version that is named here is
 * what other projects send too, and popups opened with it and without it. For v5, which Meta has only
 * announced, the same is assumed. An unknown key may keep the popup from opening, so nothing else is
 * sent; META_SIGNUP_EXTRAS with `"version": null` takes the version out.
 */
function versionExtras(version: MetaSignupVersion, type: PhoneNumberType): Record<string, unknown> {
  switch (version) {
    case "v2":
      return {
        featureType: type === "sms_capable" ? "only_waba_sharing" : "",
        sessionInfoVersion: "3",
      };
    case "v3":
      return { featureType: "", sessionInfoVersion: "3", version: "v3" };
    case "v4":
    case "v5":
      return { version };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Merges `over` into `base`, objects in depth; null deletes. */
function mergeDeep(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else if (isRecord(value)) {
      const inner = merged[key];
      merged[key] = mergeDeep(isRecord(inner) ? inner : {}, value);
    } else merged[key] = value;
  }
  return merged;
}

/**
 * The launch data for one kind of number. `setup.solutionID` is the Partner Solution ID whatever
 * the overrides say: without it Meta does not share the WABA with Twilio (63101 later).
 */
export function launchFor(
  type: PhoneNumberType,
  partnerSolutionId: string,
  settings: LaunchSettings,
): Launch {
  const computed = { setup: {}, ...versionExtras(settings.signupVersion, type) };
  const extras = mergeDeep(computed, settings.signupExtras ?? {});
  const setup = isRecord(extras.setup) ? extras.setup : {};
  return {
    mode: settings.mode,
    appId: settings.appId ?? null,
    configId: settings.configId ?? null,
    graphVersion: settings.graphVersion,
    sdkUrl: settings.sdkUrl,
    extras: { ...extras, setup: { ...setup, solutionID: partnerSolutionId } },
  };
}
