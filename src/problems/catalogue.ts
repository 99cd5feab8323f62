/** Who has to do something about a problem. */
export type ProblemActor = "caller" | "customer" | "operator" | "twilio" | "meta";

/** What is the same about a problem in every language. */
export interface ProblemDefinition {
  /** HTTP status where the problem is the answer to a request. */
  readonly status: number;
  readonly actor: ProblemActor;
  /** True where the same attempt can succeed later without any change by a person. */
  readonly retryable: boolean;
  /** What a registration that ends with it no longer owns. */
  readonly ownership?: EndOfOwnership;
}

/**
 * `lost`: number and WABA, to another owner, and the sender goes. `gone`: number and WABA, as the
 * sender is gone from Twilio. `left_waba`: the WABA alone, as the sender is in another one.
 */
export type EndOfOwnership = "lost" | "gone" | "left_waba";

/** Answers of the HTTP interface itself. */
export const REQUEST_PROBLEMS = {
  invalid_request: { status: 400, actor: "caller", retryable: false },
  return_url_not_allowed: { status: 400, actor: "caller", retryable: false },
  unauthenticated: { status: 401, actor: "caller", retryable: false },
  webhook_signature_invalid: { status: 403, actor: "operator", retryable: false },
  origin_not_allowed: { status: 403, actor: "caller", retryable: false },
  not_found: { status: 404, actor: "caller", retryable: false },
  integration_unknown: { status: 404, actor: "caller", retryable: false },
  method_not_allowed: { status: 405, actor: "caller", retryable: false },
  not_in_state: { status: 409, actor: "caller", retryable: false },
  busy: { status: 409, actor: "caller", retryable: true },
  erasure_under_way: { status: 409, actor: "operator", retryable: true },
  idempotency_key_in_use: { status: 409, actor: "caller", retryable: true },
  payload_too_large: { status: 413, actor: "caller", retryable: false },
  idempotency_key_reused: { status: 422, actor: "caller", retryable: false },
  rate_limited: { status: 429, actor: "caller", retryable: true },
  internal_error: { status: 500, actor: "operator", retryable: false },
  database_unavailable: { status: 503, actor: "operator", retryable: true },
  database_index_conflict: { status: 503, actor: "operator", retryable: false },
  authentication_unavailable: { status: 503, actor: "operator", retryable: true },
  partner_solution_id_not_configured: { status: 503, actor: "operator", retryable: false },
  prefetch_refused: { status: 503, actor: "caller", retryable: false },
} as const satisfies Record<string, ProblemDefinition>;

/** Ends of a signup: the page, its session, the callback and Meta's proof. */
export const SIGNUP_PROBLEMS = {
  signup_cancelled: { status: 400, actor: "customer", retryable: false },
  signup_failed: { status: 400, actor: "customer", retryable: false },
  waba_proof_missing: { status: 400, actor: "customer", retryable: false },
  browser_mismatch: { status: 403, actor: "customer", retryable: false },
  waba_not_authorised: { status: 403, actor: "customer", retryable: false },
  session_unknown: { status: 404, actor: "customer", retryable: false },
  session_used: { status: 409, actor: "customer", retryable: false },
  session_in_use: { status: 409, actor: "customer", retryable: false },
  phone_number_mismatch: { status: 409, actor: "customer", retryable: false },
  coexistence_unsupported: { status: 409, actor: "customer", retryable: false },
  number_already_linked: { status: 409, actor: "customer", retryable: false },
  session_expired: { status: 410, actor: "customer", retryable: false },
  session_revoked: { status: 410, actor: "customer", retryable: false },
  session_ended: { status: 410, actor: "customer", retryable: false },
  meta_unavailable: { status: 503, actor: "meta", retryable: true },
  meta_app_rejected: { status: 503, actor: "operator", retryable: false },
} as const satisfies Record<string, ProblemDefinition>;

/** Registrations that wait for the customer; docs/errors.md names Twilio's codes for each. */
export const CUSTOMER_PROBLEMS = {
  display_name_missing: { status: 409, actor: "customer", retryable: false },
  display_name_rejected: { status: 409, actor: "customer", retryable: false },
  number_linked_elsewhere: { status: 409, actor: "customer", retryable: false, ownership: "lost" },
  waba_linked_elsewhere: { status: 409, actor: "customer", retryable: false, ownership: "lost" },
  waba_not_shared: { status: 409, actor: "customer", retryable: false },
  credit_line_conflict: { status: 409, actor: "customer", retryable: false },
  waba_number_limit: { status: 409, actor: "customer", retryable: false },
  number_already_on_whatsapp: { status: 409, actor: "customer", retryable: false },
  two_step_verification_on: { status: 409, actor: "customer", retryable: false },
  waba_access_lost: { status: 409, actor: "customer", retryable: false },
  waba_disabled: { status: 409, actor: "customer", retryable: false },
  number_not_verifiable: { status: 409, actor: "customer", retryable: false },
  too_many_codes: { status: 409, actor: "customer", retryable: true },
  code_not_received: { status: 409, actor: "customer", retryable: false },
  verification_code_wrong: { status: 409, actor: "customer", retryable: false },
  number_moved_to_other_waba: {
    status: 409,
    actor: "customer",
    retryable: false,
    ownership: "left_waba",
  },
  invitation_not_accepted: { status: 409, actor: "customer", retryable: false },
  sender_offline: { status: 409, actor: "customer", retryable: false },
} as const satisfies Record<string, ProblemDefinition>;

/** Registrations that wait for the operator or for Twilio. */
export const PLATFORM_PROBLEMS = {
  number_not_assigned: { status: 409, actor: "operator", retryable: false },
  sender_has_other_waba: {
    status: 409,
    actor: "operator",
    retryable: false,
    ownership: "left_waba",
  },
  subaccount_has_other_waba: { status: 409, actor: "operator", retryable: false },
  sender_action_unsupported: { status: 409, actor: "operator", retryable: false },
  sender_number_refused: { status: 409, actor: "operator", retryable: false },
  sender_migrated: { status: 409, actor: "operator", retryable: false },
  sender_vanished: { status: 409, actor: "operator", retryable: false, ownership: "gone" },
  subaccount_suspended: { status: 409, actor: "operator", retryable: false },
  subaccount_limit_reached: { status: 409, actor: "operator", retryable: false },
  twilio_credentials_rejected: { status: 409, actor: "operator", retryable: false },
  twilio_account_inactive: { status: 409, actor: "operator", retryable: false },
  twilio_resource_missing: { status: 409, actor: "operator", retryable: false },
  twilio_request_refused: { status: 409, actor: "operator", retryable: false },
  registration_deadline_exceeded: { status: 409, actor: "operator", retryable: false },
  display_name_change_in_progress: { status: 409, actor: "twilio", retryable: true },
  twilio_rate_limited: { status: 503, actor: "twilio", retryable: true },
  twilio_unavailable: { status: 503, actor: "twilio", retryable: true },
} as const satisfies Record<string, ProblemDefinition>;

/** Every problem this service ever names: a closed list, documented for callers. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...SIGNUP_PROBLEMS,
  ...CUSTOMER_PROBLEMS,
  ...PLATFORM_PROBLEMS,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** Every code, for schemas and documents. */
export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

/** Whether a string, for example one read from the database, is a code of this list. */
export function isProblemCode(value: string): value is ProblemCode {
  return Object.hasOwn(PROBLEMS, value);
}

/** What a registration that ends with this problem no longer owns; undefined where it keeps all. */
export function endOfOwnership(code: ProblemCode): EndOfOwnership | undefined {
  const definition: ProblemDefinition = PROBLEMS[code];
  return definition.ownership;
}
