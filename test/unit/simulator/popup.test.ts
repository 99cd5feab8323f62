import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { SignupRequest } from "../../../dev/simulator/meta/control.ts";
import { OUTCOMES, type SignupChoice } from "../../../dev/simulator/meta/signup.ts";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import { creation, SENDERS, TestClock, TwilioCaller, WABA } from "../../contract/twilio-caller.ts";
import { launch, NUMBER, startMeta } from "./meta-caller.ts";

const clock = new TestClock();
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startMeta(clock);
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

const finish = (choice: SignupChoice = {}) =>
  simulator.meta.completeSignup(launch({ phoneNumber: NUMBER, ...choice }));

describe("the popup's endings", () => {
  test("finishes with a number", () => {
    expect(finish()).toEqual({
      message: {
        type: "WA_EMBEDDED_SIGNUP",
        event: "FINISH",
        data: {
          phone_number_id: expect.stringMatching(/^\d{15}$/),
          waba_id: WABA,
          business_id: "100200300400501",
        },
      },
      authResponse: { code: expect.stringMatching(/^AQ/) },
    });
    expect(simulator.meta.wabas()).toContainEqual(
      expect.objectContaining({
        id: WABA,
        numbers: [expect.objectContaining({ phoneNumber: NUMBER, display: "+55 11 98765 4321" })],
      }),
    );
  });

  test.each([
    ["waba_id", { waba_id: WABA }],
    ["waba_ids", { waba_ids: [WABA] }],
    ["primary_waac_ids", { primary_waac_ids: [WABA] }],
    ["several", { waba_ids: [WABA, expect.stringMatching(/^\d+$/)] }],
  ] as const)("names the account by %s", (accountField, named) => {
    expect(finish({ accountField }).message?.data).toEqual({
      phone_number_id: expect.any(String),
      business_id: "100200300400501",
      ...named,
    });
  });

  test.each<[string, Partial<SignupRequest>, string, string[]]>([
    ["without a number", {}, "FINISH_ONLY_WABA", ["business_id", "waba_id"]],
    [
      "without phone screens under v2",
      {
        extras: { setup: { solutionID: "3003" }, featureType: "only_waba_sharing" },
        phoneNumber: NUMBER,
      },
      "FINISH_ONLY_WABA",
      ["business_id", "waba_id"],
    ],
    [
      "with phone screens under v4, which has no only_waba_sharing",
      {
        extras: { setup: {}, featureType: "only_waba_sharing", version: "v4" },
        phoneNumber: NUMBER,
      },
      "FINISH",
      ["business_id", "phone_number_id", "waba_id"],
    ],
    [
      "for the Business app",
      { extras: { featureType: "whatsapp_business_app_onboarding" } },
      "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
      ["waba_id"],
    ],
    [
      "by an unknown event",
      { outcome: "unknown_event", event: "FINISH_LATER" },
      "FINISH_LATER",
      ["business_id", "waba_id"],
    ],
    ["cancelled", { outcome: "cancel", currentStep: "PERMISSIONS" }, "CANCEL", ["current_step"]],
    [
      "reported",
      { outcome: "report" },
      "CANCEL",
      ["error_code", "error_message", "session_id", "timestamp"],
    ],
    [
      "failed",
      { outcome: "error", errorCode: "2655049" },
      "ERROR",
      ["error_code", "error_message", "session_id", "timestamp"],
    ],
  ])("ends %s", (_what, over, event, fields) => {
    const { message } = simulator.meta.completeSignup(launch(over));
    expect(message?.event).toBe(event);
    expect(Object.keys(message?.data ?? {}).toSorted()).toEqual(fields);
  });

  test.each(OUTCOMES)("hands over a code only where %s is a finish", (outcome) => {
    const { authResponse } = finish({ outcome });
    const isFinish = outcome.startsWith("finish") || outcome === "unknown_event";
    expect(authResponse !== null).toBe(isFinish);
  });

  test("can finish without a code, and close without a word", () => {
    expect(finish({ withCode: false })).toMatchObject({
      message: { event: "FINISH" },
      authResponse: null,
    });
    expect(finish({ outcome: "closed" })).toEqual({ message: null, authResponse: null });
  });

  test("wants a number to finish with one, and the code that was sent to it", async () => {
    expect(() => simulator.meta.completeSignup(launch({ outcome: "finish" }))).toThrow("number");
    const { to, code = "" } = await simulator.meta.sendCode({ phoneNumber: NUMBER });
    expect(to).toBe("phone");
    expect(() => finish()).toThrow("Wrong code");
    expect(() => finish({ verificationCode: "000" })).toThrow("Wrong code");
    expect(finish({ verificationCode: code }).message?.event).toBe("FINISH");
  });

  test("may leave the number unverified, and then wants no code for it", async () => {
    await simulator.meta.sendCode({ phoneNumber: NUMBER });
    expect(finish({ numberEnds: "unverified" }).message?.event).toBe("FINISH");
    const number = () => simulator.meta.wabas().find(({ id }) => id === WABA)?.numbers[0];
    expect(number()).toMatchObject({ codeVerificationStatus: "NOT_VERIFIED", status: "PENDING" });
    const { authResponse } = simulator.meta.completeSignup(launch());
    expect(authResponse).not.toBeNull();
    expect(number()?.codeVerificationStatus).toBe("NOT_VERIFIED");
  });

  test("leaves no number unverified under v2", () => {
    const extras = { setup: { solutionID: "3003" } };
    const choice = { phoneNumber: NUMBER, numberEnds: "unverified", extras } as const;
    expect(() => simulator.meta.completeSignup(launch(choice))).toThrow("verifies every number");
  });

  test("sends the code to nobody where Twilio hosts the number without a webhook", async () => {
    simulator.twilio.seedNumber({ phoneNumber: NUMBER });
    expect(await simulator.meta.sendCode({ phoneNumber: NUMBER })).toEqual({ to: "nowhere" });
  });
});

describe("a sender that asks for a code", () => {
  test.each([
    [{ codeVerificationStatus: "NOT_VERIFIED" }, "PENDING_VERIFICATION"],
    [{ codeVerificationStatus: "EXPIRED" }, "PENDING_VERIFICATION"],
    [{ codeVerificationStatus: "EXPIRED", status: "CONNECTED" }, "ONLINE"],
    [{ codeVerificationStatus: "VERIFIED" }, "ONLINE"],
  ] as const)("of a number that Meta shows with %j becomes %s", async (number, status) => {
    simulator.meta.seedWaba({ id: WABA, numbers: [{ phoneNumber: NUMBER, ...number }] });
    const parent = new TwilioCaller(simulator.twilioUrl);
    const configuration = { waba_id: WABA, verification_method: "sms" };
    const { body } = await parent.postJson(SENDERS, creation(NUMBER, { configuration }));
    clock.advance(1_000);
    expect((await parent.get(`${SENDERS}/${body.sid}`)).body.status).toBe(status);
  });
});

describe("the launch", () => {
  test.each<[Partial<SignupRequest>, string]>([
    [{ appId: "9" }, "app id"],
    [{ configId: "9" }, "login configuration"],
    [{ configId: "" }, "config_id"],
    [{ responseType: "token" }, "response_type"],
    [{ overrideDefaultResponseType: false }, "override_default_response_type"],
    [{ extras: { solutionID: "3003" } }, "solutionID"],
    [{ extras: { setup: { solutionId: "3003" } } }, "setup.solutionId"],
    [{ extras: { setup: "3003" } }, "extras.setup"],
  ])("does not open with %j", async (over, problem) => {
    const given = launch(over);
    expect(() => simulator.meta.completeSignup(given)).toThrow(problem);
    const query = new URLSearchParams({
      app_id: given.appId,
      config_id: given.configId,
      extras: JSON.stringify(given.extras),
      response_type: given.responseType ?? "code",
      override_default_response_type: String(given.overrideDefaultResponseType ?? true),
    });
    const page = await fetch(`${simulator.metaUrl}/v25.0/dialog/oauth?${query.toString()}`);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(problem);
  });

  test("opens with what is right, and shows nothing unescaped", async () => {
    const extras = JSON.stringify({ setup: { solutionID: "<script>alert(1)</script>" } });
    const query = new URLSearchParams({
      app_id: "1001",
      config_id: "2002",
      extras,
      response_type: "code",
      override_default_response_type: "true",
    });
    const page = await fetch(`${simulator.metaUrl}/v25.0/dialog/oauth?${query.toString()}`);
    expect(page.status).toBe(200);
    expect(page.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
    // A popup that isolates itself would lose its opener.
    expect(page.headers.get("Cross-Origin-Opener-Policy")).toBeNull();
    const text = await page.text();
    expect(text).not.toContain("<script>alert");
    for (const outcome of OUTCOMES) expect(text).toContain(`data-outcome="${outcome}"`);
  });

  test.each(["/sdk.js", "/en_US/sdk.js"])("serves the SDK at %s to any origin", async (path) => {
    const script = await fetch(`${simulator.metaUrl}${path}`);
    expect(script.status).toBe(200);
    expect(script.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await script.text()).toContain("window.FB");
  });
});
