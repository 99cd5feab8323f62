import { describe, expect, test } from "@jest/globals";
import { PROBLEMS, type ProblemCode } from "../../../src/problems/catalogue.ts";
import { RegistrationFailure } from "../../../src/registration/failure.ts";
import { backoffMs, decideRetry, pollDelayMs } from "../../../src/registration/retry-policy.ts";
import { TWILIO_CODES } from "../../../src/registration/twilio-codes.ts";
import { NeverSentError } from "../../../src/twilio/http-exchange.ts";
import { networkFailure, statusFailure, TwilioError } from "../../../src/twilio/twilio-error.ts";

const SETTINGS = { pollIntervalMs: 5_000, maxIntervalMs: 300_000 };
const FRESH = {
  attempts: 0,
  outages: 0,
  sinceTakenMs: 5_000,
  numberShown: false,
  credentialsStale: false,
  random: 0.5,
};

function answered(status: number, code?: number, retryAfter: string | null = null): TwilioError {
  return new TwilioError("create sender", statusFailure(status, { code }, retryAfter));
}

describe("decideRetry: what a failed call leads to", () => {
  test.each<[string, TwilioError, "retry" | "fail", ProblemCode]>([
    ["20003", answered(401, 20003), "fail", "twilio_credentials_rejected"],
    ["401 without a code", answered(401), "fail", "twilio_credentials_rejected"],
    ["20403", answered(403, 20403), "fail", "twilio_account_inactive"],
    ["10001", answered(400, 10001), "fail", "twilio_account_inactive"],
    ["20404", answered(404, 20404), "fail", "twilio_resource_missing"],
    ["20429", answered(429, 20429), "retry", "twilio_rate_limited"],
    ["63018", answered(400, 63018), "retry", "twilio_rate_limited"],
    ["63020", answered(400, 63020), "fail", "invitation_not_accepted"],
    ["63059", answered(400, 63059), "fail", "number_moved_to_other_waba"],
    ["63060", answered(400, 63060), "fail", "display_name_rejected"],
    ["63100", answered(400, 63100), "fail", "twilio_request_refused"],
    ["63101 fresh", answered(400, 63101), "retry", "waba_not_shared"],
    ["63102", answered(400, 63102), "fail", "subaccount_has_other_waba"],
    ["63103", answered(400, 63103), "fail", "credit_line_conflict"],
    ["63104", answered(400, 63104), "fail", "waba_number_limit"],
    ["63105", answered(400, 63105), "fail", "sender_action_unsupported"],
    ["63106", answered(400, 63106), "fail", "sender_number_refused"],
    ["63107", answered(400, 63107), "fail", "sender_number_refused"],
    ["63108", answered(400, 63108), "fail", "sender_number_refused"],
    ["63109", answered(400, 63109), "fail", "sender_migrated"],
    ["63110", answered(400, 63110), "fail", "number_already_on_whatsapp"],
    ["63111", answered(400, 63111), "fail", "waba_access_lost"],
    ["63112", answered(400, 63112), "fail", "waba_disabled"],
    ["63113", answered(400, 63113), "fail", "number_not_verifiable"],
    ["63114", answered(400, 63114), "retry", "too_many_codes"],
    ["63114 with 429", answered(429, 63114), "retry", "too_many_codes"],
    ["408", answered(408), "retry", "twilio_unavailable"],
    ["63116", answered(400, 63116), "fail", "code_not_received"],
    ["63124", answered(400, 63124), "fail", "display_name_rejected"],
    ["63128", answered(409, 63128), "retry", "display_name_change_in_progress"],
    ["an unknown code", answered(400, 63199), "fail", "twilio_request_refused"],
    ["403 without a code", answered(403), "fail", "twilio_account_inactive"],
    ["404 without a code", answered(404), "fail", "twilio_resource_missing"],
    ["429 without a code", answered(429), "retry", "twilio_rate_limited"],
    ["503", answered(503), "retry", "twilio_unavailable"],
  ])("%s", (_name, error, action, code) => {
    const verdict = decideRetry(error, FRESH, SETTINGS);
    expect(verdict).toMatchObject({
      action,
      error: { code, actor: PROBLEMS[code].actor, retryable: PROBLEMS[code].retryable },
    });
    expect(verdict.error.providerCode).toBe(error.code?.toString());
  });

  test("a reason of an OFFLINE sender is judged as a refusal by the same code", () => {
    const byTwilioCode = TWILIO_CODES[63101];
    const reason = (isNew: boolean) =>
      new RegistrationFailure("waba_not_shared", {
        providerCode: "63101",
        ...(isNew && byTwilioCode ? { byTwilioCode } : {}),
      });
    expect(decideRetry(reason(true), FRESH, SETTINGS)).toMatchObject({
      action: "retry",
      error: { code: "waba_not_shared", providerCode: "63101" },
    });
    expect(decideRetry(reason(false), FRESH, SETTINGS).action).toBe("fail");
  });

  test("63114 waits for twelve hours, whatever status it came with", () => {
    const { delayMs, isOutage } = decideRetry(answered(429, 63114), FRESH, SETTINGS);
    expect({ delayMs, isOutage }).toEqual({ delayMs: 12 * 60 * 60_000, isOutage: false });
  });

  test("a WABA that Twilio does not see yet gets five tries within ten minutes", () => {
    const error = answered(400, 63101);
    const actions = (over: object) => decideRetry(error, { ...FRESH, ...over }, SETTINGS).action;
    expect(actions({ attempts: 4 })).toBe("retry");
    expect(actions({ attempts: 5 })).toBe("fail");
    expect(actions({ sinceTakenMs: 599_999 })).toBe("retry");
    expect(actions({ sinceTakenMs: 600_000 })).toBe("fail");
  });

  test("a number that somebody else still has gets the same tries, where Meta shows it to be ours", () => {
    const action = (over: object) =>
      decideRetry(answered(400, 63110), { ...FRESH, ...over }, SETTINGS).action;
    expect(action({ numberShown: true, attempts: 4 })).toBe("retry");
    expect(action({ numberShown: true, attempts: 5 })).toBe("fail");
    expect(action({ numberShown: true, sinceTakenMs: 600_000 })).toBe("fail");
    expect(action({ numberShown: false })).toBe("fail");
  });

  test("refused credentials are tried again where this process knew old ones, within limits", () => {
    for (const error of [answered(401, 20003), answered(403, 20403)]) {
      const actions = [0, 9, 10].map(
        (attempts) =>
          decideRetry(error, { ...FRESH, credentialsStale: true, attempts }, SETTINGS).action,
      );
      expect(actions).toEqual(["retry", "retry", "fail"]);
    }
  });

  test("outages and rate limits use up no attempt and slow the worker down", () => {
    for (const error of [answered(503), answered(429), answered(500)]) {
      expect(decideRetry(error, FRESH, SETTINGS)).toMatchObject({
        countsAsAttempt: false,
        isOutage: true,
      });
    }
    expect(decideRetry(answered(400, 63101), FRESH, SETTINGS)).toMatchObject({
      countsAsAttempt: true,
      isOutage: false,
    });
  });

  test("Retry-After is obeyed, in seconds and as a date", () => {
    expect(decideRetry(answered(429, 20429, "120"), FRESH, SETTINGS).delayMs).toBe(120_000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { delayMs } = decideRetry(answered(429, 20429, date), FRESH, SETTINGS);
    expect(delayMs).toBeGreaterThan(55_000);
    expect(delayMs).toBeLessThanOrEqual(60_000);
  });

  test("Retry-After never asks for more than a day", () => {
    for (const value of ["99999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"]) {
      expect(decideRetry(answered(429, 20429, value), FRESH, SETTINGS).delayMs).toBe(86_400_000);
    }
  });

  test("after too many codes the next try is twelve hours away", () => {
    expect(decideRetry(answered(400, 63114), FRESH, SETTINGS).delayMs).toBe(12 * 3_600_000);
  });

  test("a failure of ours is final and keeps its provider code", () => {
    const failure = new RegistrationFailure("sender_offline", { providerCode: "30008" });
    expect(decideRetry(failure, FRESH, SETTINGS)).toMatchObject({
      action: "fail",
      error: { code: "sender_offline", providerCode: "30008" },
    });
  });
});

describe("whether a call may have had its effect", () => {
  test("not if nothing was sent, else nobody knows", () => {
    expect(networkFailure(new NeverSentError("refused"))).toEqual({
      kind: "retryable",
      outcomeUnknown: false,
    });
    expect(networkFailure(new Error("reset"))).toEqual({ kind: "retryable", outcomeUnknown: true });
  });

  test.each([
    [302, true],
    [400, false],
    [401, false],
    [404, false],
    [429, false],
    [500, true],
    [503, true],
  ])("status %i: %s", (status, outcomeUnknown) => {
    expect(statusFailure(status, null, null).outcomeUnknown).toBe(outcomeUnknown);
  });
});

describe("waiting times", () => {
  test("back-off doubles up to the maximum, with full jitter", () => {
    expect([0, 1, 2, 3].map((tries) => backoffMs(tries, 1, SETTINGS))).toEqual([
      5_000, 10_000, 20_000, 40_000,
    ]);
    expect(backoffMs(40, 1, SETTINGS)).toBe(300_000);
    expect(backoffMs(3, 0, SETTINGS)).toBe(0);
    expect(backoffMs(3, 0.25, SETTINGS)).toBe(10_000);
  });

  test("looks grow by half: at most eight in the first minute, then up to the maximum", () => {
    for (const random of [0, 0.5, 1]) {
      let at = SETTINGS.pollIntervalMs;
      let looks = 0;
      while (at < 60_000) {
        looks += 1;
        at += pollDelayMs(looks, random, SETTINGS);
      }
      expect(looks).toBeLessThanOrEqual(8);
      expect(looks).toBeGreaterThanOrEqual(4);
    }
    expect(pollDelayMs(1_000, 0.5, SETTINGS)).toBe(300_000);
  });
});
