import { describe, expect, test } from "@jest/globals";
import {
  CUSTOMER_PROBLEMS,
  isProblemCode,
  PLATFORM_PROBLEMS,
  PROBLEM_CODES,
  PROBLEMS,
  REQUEST_PROBLEMS,
  SIGNUP_PROBLEMS,
} from "../../../src/problems/catalogue.ts";

describe("the catalogue", () => {
  test("names no code in two of its groups", () => {
    const groups = [REQUEST_PROBLEMS, SIGNUP_PROBLEMS, CUSTOMER_PROBLEMS, PLATFORM_PROBLEMS];

    expect(groups.flatMap((group) => Object.keys(group))).toEqual(Object.keys(PROBLEMS));
    expect(PROBLEM_CODES).toEqual(Object.keys(PROBLEMS));
  });

  test.each([
    ["invalid_request", 400],
    ["return_url_not_allowed", 400],
    ["signup_cancelled", 400],
    ["signup_failed", 400],
    ["waba_proof_missing", 400],
    ["unauthenticated", 401],
    ["webhook_signature_invalid", 403],
    ["origin_not_allowed", 403],
    ["browser_mismatch", 403],
    ["waba_not_authorised", 403],
    ["not_found", 404],
    ["session_unknown", 404],
    ["integration_unknown", 404],
    ["method_not_allowed", 405],
    ["session_used", 409],
    ["session_in_use", 409],
    ["phone_number_mismatch", 409],
    ["coexistence_unsupported", 409],
    ["number_already_linked", 409],
    ["not_in_state", 409],
    ["busy", 409],
    ["session_expired", 410],
    ["session_revoked", 410],
    ["session_ended", 410],
    ["payload_too_large", 413],
    ["rate_limited", 429],
    ["internal_error", 500],
    ["partner_solution_id_not_configured", 503],
    ["prefetch_refused", 503],
    ["database_unavailable", 503],
    ["database_index_conflict", 503],
    ["authentication_unavailable", 503],
    ["meta_unavailable", 503],
    ["meta_app_rejected", 503],
    ["twilio_rate_limited", 503],
    ["twilio_unavailable", 503],
  ] as const)("%s is answered with %i", (code, status) => {
    expect(PROBLEMS[code].status).toBe(status);
  });

  test("calls retryable exactly what time alone can mend", () => {
    expect(PROBLEM_CODES.filter((code) => PROBLEMS[code].retryable).toSorted()).toEqual([
      "authentication_unavailable",
      "busy",
      "database_unavailable",
      "display_name_change_in_progress",
      "erasure_under_way",
      "idempotency_key_in_use",
      "meta_unavailable",
      "rate_limited",
      "too_many_codes",
      "twilio_rate_limited",
      "twilio_unavailable",
    ]);
  });

  test("leaves to the customer whatever ends a signup, but for Meta's silence and our own app", () => {
    const { meta_unavailable: silence, meta_app_rejected: app, ...rest } = SIGNUP_PROBLEMS;

    expect(silence.actor).toBe("meta");
    expect(app.actor).toBe("operator");
    expect(new Set(Object.values(rest).map(({ actor }) => actor))).toEqual(new Set(["customer"]));
  });

  test.each([
    ["busy", true],
    ["twilio_unavailable", true],
    ["BUSY", false],
    ["toString", false],
    ["", false],
  ])("isProblemCode(%j) is %s", (value, expected) => {
    expect(isProblemCode(value)).toBe(expected);
  });
});
