import { isJson, type Json } from "../http/answer.ts";

/** What `FB.login` was called with. */
export interface Launch {
  appId: string;
  configId: string;
  extras: Json;
  /** `code`; anything else brings no code. */
  responseType: string;
  overrideDefaultResponseType: boolean;
}

/** What the popup makes of the launch. */
export interface Flow {
  /** The phone screens are skipped: a Twilio number under Embedded Signup v2. */
  skipsNumber: boolean;
  coexistence: boolean;
  /** Every number that it ends with is verified: v2 alone promised that. */
  verifiesNumber: boolean;
  solutionId: string | undefined;
}

export interface LaunchRules {
  appId: string;
  configId: string | undefined;
}

const EXTRAS_KEYS = new Set(["setup", "featureType", "sessionInfoVersion", "version", "features"]);
const SETUP_KEYS = new Set([
  "business",
  "phone",
  "preVerifiedPhone",
  "solutionID",
  "whatsAppBusinessAccount",
]);

/**
 * Why the popup would not open with this launch, in words; undefined where it would.
 * An unknown key in `extras` may keep the real one from opening too (3rd-party experience).
 */
export function launchProblem(launch: Launch, rules: LaunchRules): string | undefined {
  if (launch.appId !== rules.appId) return `Invalid app id: "${launch.appId}"`;
  if (launch.configId === "") return "config_id is missing";
  if (rules.configId !== undefined && launch.configId !== rules.configId) {
    return `No login configuration "${launch.configId}" in this app`;
  }
  if (launch.responseType !== "code" || !launch.overrideDefaultResponseType) {
    return "response_type must be code, with override_default_response_type";
  }
  const setup = launch.extras.setup ?? {};
  if (!isJson(setup)) return "extras.setup must be an object";
  const unknown = [
    ...Object.keys(launch.extras).filter((key) => !EXTRAS_KEYS.has(key)),
    ...Object.keys(setup)
      .filter((key) => !SETUP_KEYS.has(key))
      .map((key) => `setup.${key}`),
  ];
  return unknown.length > 0 ? `Unknown keys in extras: ${unknown.join(", ")}` : undefined;
}

/**
 * The flow that the launch asks for. `only_waba_sharing` is a feature of v2 alone: with a later
 * version the standard flow is shown. https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/versions
 */
export function flowOf({ extras }: Launch): Flow {
  const { featureType, version } = extras;
  const isV2 = typeof version !== "string" || version.startsWith("v2");
  const solutionId = isJson(extras.setup) ? extras.setup.solutionID : undefined;
  return {
    verifiesNumber: isV2,
    skipsNumber: isV2 && featureType === "only_waba_sharing",
    coexistence: featureType === "whatsapp_business_app_onboarding",
    solutionId: typeof solutionId === "string" && solutionId !== "" ? solutionId : undefined,
  };
}
