import { describe, expect, test } from "@jest/globals";
import { META_SIGNUP_VERSIONS, PHONE_NUMBER_TYPES } from "../../../src/config/schema.ts";
import { launchFor, type LaunchSettings } from "../../../src/signup/launch.ts";

const SOLUTION = "300";
const settings: LaunchSettings = {
  mode: "meta",
  appId: "100",
  configId: "200",
  graphVersion: "v25.0",
  sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
  signupVersion: "v4",
  signupExtras: undefined,
};
const setup = { solutionID: SOLUTION };

describe("launchFor", () => {
  test("gives all that FB.init and FB.login need", () => {
    expect(launchFor("byo", SOLUTION, settings)).toEqual({
      mode: "meta",
      appId: "100",
      configId: "200",
      graphVersion: "v25.0",
      sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
      extras: { setup, version: "v4" },
    });
  });

  test("names what is not configured as null", () => {
    const { appId: _appId, configId: _configId, ...rest } = settings;
    const launch = launchFor("byo", SOLUTION, { ...rest, mode: "redirect" });
    expect(launch).toMatchObject({ mode: "redirect", appId: null, configId: null });
  });

  test.each([
    ["v2", "sms_capable", { featureType: "only_waba_sharing", sessionInfoVersion: "3" }],
    ["v2", "voice_only", { featureType: "", sessionInfoVersion: "3" }],
    ["v2", "byo", { featureType: "", sessionInfoVersion: "3" }],
    ["v3", "sms_capable", { featureType: "", sessionInfoVersion: "3", version: "v3" }],
    ["v3", "voice_only", { featureType: "", sessionInfoVersion: "3", version: "v3" }],
    ["v3", "byo", { featureType: "", sessionInfoVersion: "3", version: "v3" }],
    ["v4", "sms_capable", { version: "v4" }],
    ["v4", "voice_only", { version: "v4" }],
    ["v4", "byo", { version: "v4" }],
    ["v5", "sms_capable", { version: "v5" }],
    ["v5", "voice_only", { version: "v5" }],
    ["v5", "byo", { version: "v5" }],
  ] as const)("extras of %s for %s", (signupVersion, type, extras) => {
    const launch = launchFor(type, SOLUTION, { ...settings, signupVersion });
    expect(launch.extras).toEqual({ setup, ...extras });
  });

  test("merges the operator's extras in depth, and null deletes", () => {
    const signupExtras = {
      version: null,
      featureType: "x",
      setup: { business: { name: "A", phone: { code: 55 } } },
      features: [{ name: "y" }],
    };
    expect(launchFor("byo", SOLUTION, { ...settings, signupExtras }).extras).toEqual({
      featureType: "x",
      setup: { business: { name: "A", phone: { code: 55 } }, solutionID: SOLUTION },
      features: [{ name: "y" }],
    });
  });

  test.each([
    [{ setup: { solutionID: "999" } }],
    [{ setup: { solutionID: null } }],
    [{ setup: null }],
    [{ setup: "text" }],
    [{ setup: [1] }],
  ])("keeps the solution's id under %j", (signupExtras) => {
    const { extras } = launchFor("byo", SOLUTION, { ...settings, signupExtras });
    expect(extras).toEqual({ setup, version: "v4" });
  });

  test("changes none of its inputs", () => {
    const signupExtras = { setup: { business: { name: "A" } } };
    const before = structuredClone(signupExtras);
    for (const signupVersion of META_SIGNUP_VERSIONS) {
      for (const type of PHONE_NUMBER_TYPES) {
        launchFor(type, SOLUTION, { ...settings, signupVersion, signupExtras });
      }
    }
    expect(signupExtras).toEqual(before);
  });
});
