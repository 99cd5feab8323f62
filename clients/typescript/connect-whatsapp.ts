// Made from the service's description by `npm run docs`; not to be edited. One file, no dependency:
// copy it into your backend. Node runs it as it is from 22.18 on, and from 20 on under tsx or once
// it is compiled: npx esbuild connect-whatsapp.ts --outfile=connect-whatsapp.js
export interface CreatedSignupSession {
  success: true;
  sessionId: string;
  /** For the customer alone: it stands for the session */
  signupUrl: string;
  expiresAt: string;
  launch: Launch;
}

/** What a frontend needs that opens Meta's popup itself */
export interface Launch {
  mode: "meta" | "redirect";
  appId: string | null;
  configId: string | null;
  graphVersion: string;
  sdkUrl: string;
  /** The `extras` of FB.login */
  extras: Record<string, unknown>;
}

/** An answer that is none (RFC 9457) */
export interface Problem {
  /** The page that explains this code */
  type: string;
  status: number;
  /** The request id, which is in the log */
  instance: string;
  code: ProblemCode;
  /** In a few words, in the caller's language */
  title: string;
  /** What happened */
  detail: string;
  /** Who has to do something */
  actor: "caller" | "customer" | "operator" | "twilio" | "meta";
  /** What that actor should do */
  action: string;
  /** What the customer is told, in plain words */
  customerAction: string;
  /** The same request can succeed later, without anybody doing anything */
  retryable: boolean;
  /** What is wrong with the input */
  issues?: Array<{
    /** Dotted; empty for the whole input */
    path: string;
    code: string;
    message: string;
  }>;
  /** The two that do not fit each other */
  numbers?: {
    expected: string;
    given: string;
  };
  /** The database index that is in the way */
  index?: string;
  success: false;
  /** The same text as `detail`, for older clients */
  error: string;
}

/** What went wrong. A closed list: each has a page at /problems/{code}. */
export type ProblemCode =
  | "invalid_request"
  | "return_url_not_allowed"
  | "unauthenticated"
  | "webhook_signature_invalid"
  | "origin_not_allowed"
  | "not_found"
  | "integration_unknown"
  | "method_not_allowed"
  | "not_in_state"
  | "busy"
  | "erasure_under_way"
  | "idempotency_key_in_use"
  | "payload_too_large"
  | "idempotency_key_reused"
  | "rate_limited"
  | "internal_error"
  | "database_unavailable"
  | "database_index_conflict"
  | "authentication_unavailable"
  | "partner_solution_id_not_configured"
  | "prefetch_refused"
  | "signup_cancelled"
  | "signup_failed"
  | "waba_proof_missing"
  | "browser_mismatch"
  | "waba_not_authorised"
  | "session_unknown"
  | "session_used"
  | "session_in_use"
  | "phone_number_mismatch"
  | "coexistence_unsupported"
  | "number_already_linked"
  | "session_expired"
  | "session_revoked"
  | "session_ended"
  | "meta_unavailable"
  | "meta_app_rejected"
  | "display_name_missing"
  | "display_name_rejected"
  | "number_linked_elsewhere"
  | "waba_linked_elsewhere"
  | "waba_not_shared"
  | "credit_line_conflict"
  | "waba_number_limit"
  | "number_already_on_whatsapp"
  | "two_step_verification_on"
  | "waba_access_lost"
  | "waba_disabled"
  | "number_not_verifiable"
  | "too_many_codes"
  | "code_not_received"
  | "verification_code_wrong"
  | "number_moved_to_other_waba"
  | "invitation_not_accepted"
  | "sender_offline"
  | "number_not_assigned"
  | "sender_has_other_waba"
  | "subaccount_has_other_waba"
  | "sender_action_unsupported"
  | "sender_number_refused"
  | "sender_migrated"
  | "sender_vanished"
  | "subaccount_suspended"
  | "subaccount_limit_reached"
  | "twilio_credentials_rejected"
  | "twilio_account_inactive"
  | "twilio_resource_missing"
  | "twilio_request_refused"
  | "registration_deadline_exceeded"
  | "display_name_change_in_progress"
  | "twilio_rate_limited"
  | "twilio_unavailable";

/** One page of an owner's sessions */
export interface SignupSessionList {
  success: true;
  sessions: Array<SignupSessionSummary>;
  /** For the next page; null on the last one */
  nextCursor: string | null;
}

/** A session in a list */
export interface SignupSessionSummary {
  sessionId: string;
  /** `opened` means started in a browser */
  status: "created" | "opened" | "completed" | "cancelled" | "failed" | "revoked" | "expired";
  createdAt: string;
  /** The limit in force: the link's, after the start the session's */
  expiresAt: string;
  /** Your own id */
  reference?: string;
  phoneNumber?: string;
  integrationId?: string;
}

/** One attempt to connect a number */
export interface SignupSession {
  sessionId: string;
  /** `opened` means started in a browser */
  status: "created" | "opened" | "completed" | "cancelled" | "failed" | "revoked" | "expired";
  createdAt: string;
  /** The limit in force: the link's, after the start the session's */
  expiresAt: string;
  /** Your own id */
  reference?: string;
  phoneNumber?: string;
  integrationId?: string;
  /** Once completed: the live status page, for the browser that went through the signup */
  statusUrl?: string;
  timeline: Array<{
    at: string;
    event: string;
    /** Only the browser says so */
    source?: "browser";
    data?: Record<string, unknown>;
  }>;
}

/** One page of an owner's numbers */
export interface IntegrationList {
  success: true;
  integrations: Array<Integration>;
  /** For the next page; null on the last one */
  nextCursor: string | null;
}

/** One WhatsApp number of one owner */
export interface Integration {
  id: string;
  provider: "whatsapp";
  /** The number, E.164 */
  externalId: string;
  /** `linked` only while Twilio says ONLINE; `pending` while the service works or waits; `error` when nothing happens without a person */
  status: "pending" | "linked" | "error" | "disconnected";
  /** Your own id, from the last signup */
  reference?: string;
  meta: {
    wabaId: string;
    twilioSubaccountSid?: string;
    facebookBusinessId?: string;
    /** SID of Twilio's sender */
    senderId?: string;
    registeredVia: "twilio_embedded_signup";
    phoneNumberType: "sms_capable" | "voice_only" | "byo";
    /** Who showed that the WABA is theirs */
    wabaProof: "meta" | "twilio";
    /** Meta's id of the number */
    phoneNumberId?: string;
  };
  health?: Health;
  registration: {
    step: "subaccount" | "number" | "sender" | "verification" | "online" | "disconnecting" | "done";
    /** As Twilio says it, last time */
    senderStatus: string | null;
    /** Failed tries of this step since the last progress */
    attempts: number;
    nextAttemptAt: string | null;
    /** Who is awaited; null where nobody is */
    waitingFor: "customer" | "operator" | "twilio" | "meta" | null;
    waitingSince: string | null;
    usualDurationSeconds: number | null;
    error: RegistrationError | null;
    offlineReasons?: Array<{
      code: string;
    }>;
    /** The last 50 entries, oldest first */
    history: Array<{
      at: string;
      event: string;
      step?: string;
      senderStatus?: string;
      code?: string;
      providerCode?: string;
      /** The operator's words */
      reason?: string;
    }>;
    updatedAt: string;
  };
  createdAt: string;
  updatedAt: string;
}

/** How the number stands at WhatsApp, in Twilio's words */
export interface Health {
  /** Of a display name that is under review, or was lately */
  displayNameStatus?: string;
  qualityRating?: string;
  messagingLimit?: string;
  checkedAt: string;
}

/** Why it does not go on, and who does what */
export interface RegistrationError {
  code: ProblemCode;
  /** In a few words, in the caller's language */
  title: string;
  /** What happened */
  detail: string;
  /** Who has to do something */
  actor: "caller" | "customer" | "operator" | "twilio" | "meta";
  /** What that actor should do */
  action: string;
  /** What the customer is told, in plain words */
  customerAction: string;
  /** The service itself tries again */
  retryable: boolean;
  /** Twilio's or Meta's own code */
  providerCode?: string;
  /** Who was waited for until the time was up */
  awaited?: "caller" | "customer" | "operator" | "twilio" | "meta";
}

export interface AcceptedCallback {
  success: true;
  status: "pending";
  sessionId: string;
  integrationId: string;
  /** Where the customer's browser goes on */
  redirectUrl: string;
}

export interface CreateSignupSessionBody {
  /** E.164; spaces, dashes and brackets are cleaned */
  phoneNumber?: string;
  /** `sms_capable` and `voice_only`: of your Twilio account; `byo`: the customer's own */
  phoneNumberType?: "sms_capable" | "voice_only" | "byo";
  /** WhatsApp's display name: one line of 1 to 255 characters */
  displayName?: string;
  /** Where the browser goes after success; of an allowed origin */
  returnUrl?: string;
  /** The same, after failure */
  failureUrl?: string;
  /** Any language tag; what is not es, pt or en falls back */
  locale?: string;
  /** Connects this one again: its number and kind are taken */
  integrationId?: string;
  /** Your own id, given back wherever this is shown */
  reference?: string;
}

export interface ListSignupSessionsQuery {
  /** At most so many */
  limit?: number;
  /** The `nextCursor` of the page before */
  cursor?: string;
  status?: "created" | "opened" | "completed" | "cancelled" | "failed" | "revoked" | "expired";
  /** Your own id, given back wherever this is shown */
  reference?: string;
  /** E.164; spaces, dashes and brackets are cleaned */
  phoneNumber?: string;
}

export interface ListIntegrationsQuery {
  /** At most so many */
  limit?: number;
  /** The `nextCursor` of the page before */
  cursor?: string;
  status?: "pending" | "linked" | "error" | "disconnected";
}

export interface SubmitVerificationCodeBody {
  /** The one-time code */
  code: string;
}

export interface ResendVerificationCodeBody {
  method: "sms" | "voice";
}

export interface RetryIntegrationBody {
  /** WhatsApp's display name: one line of 1 to 255 characters */
  displayName?: string;
}

export interface OnboardingCallbackBody {
  /** From the signup's link */
  payload?: string;
  /** Meta's, which lives 30 seconds */
  code?: string;
  /** The popup ended without a result */
  error?: string;
  error_description?: string;
  WhatsAppBusinessAccountId?: string;
  /** E.164; spaces, dashes and brackets are cleaned */
  TwilioNumber?: string;
  FacebookBusinessId?: string;
  SubaccountSid?: string;
  phoneNumberId?: string;
  /** WhatsApp's display name: one line of 1 to 255 characters */
  displayName?: string;
}

/** An answer that is none: what happened, who has to act, and how. */
export class ConnectWhatsAppError extends Error {
  readonly problem: Problem;
  /** What `Retry-After` asks for. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "ConnectWhatsAppError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

export interface ClientSettings {
  /** The service's public origin, PUBLIC_URL. */
  baseUrl: string;
  /** A token of the owner in whose name you call: made anew for each request where it is a function. */
  token: string | (() => string | Promise<string>);
  /** How often a request is sent again whose answer was lost, or which is told to come again; 2. */
  retries?: number;
  /** Language of the texts where a request names none: `es`, `pt` or `en`. */
  language?: string;
  /** Instead of the global one. */
  fetch?: typeof fetch;
}

export interface RequestOptions {
  /** The same in each repeat of one request. Without it the client makes one for each call. */
  idempotencyKey?: string;
  language?: string;
  signal?: AbortSignal;
}

interface Asked {
  method: string;
  path: string;
  body?: object;
  query?: object;
  /** The service lets it take effect once for each key. */
  isRepeatable?: boolean;
}

/** The longest pause before a repeat, seconds. */
const LONGEST_PAUSE_S = 30;

/**
 * Calls the service in the name of one owner. Every method throws ConnectWhatsAppError where the
 * service refuses, and the error of fetch where it cannot be reached.
 */
export class ConnectWhatsApp {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /** Make a session and the link that starts it. What the button calls. `signupUrl` is for the customer's browser; `launch` is for a frontend that opens Meta's popup itself. A repeat with the same `Idempotency-Key` gives the same session a further link; both count. */
  createSignupSession(
    body: CreateSignupSessionBody = {},
    options: RequestOptions = {},
  ): Promise<CreatedSignupSession> {
    return this.#send<CreatedSignupSession>(
      { method: "POST", path: `/whatsapp/create-signup-session`, body, isRepeatable: true },
      options,
    );
  }

  /** List sessions, newest first. */
  listSignupSessions(
    query: ListSignupSessionsQuery = {},
    options: RequestOptions = {},
  ): Promise<SignupSessionList> {
    return this.#send<SignupSessionList>(
      { method: "GET", path: `/whatsapp/signup-sessions`, query },
      options,
    );
  }

  /** Read a session and what happened so far. */
  getSignupSession(id: string, options: RequestOptions = {}): Promise<SignupSession> {
    return this.#send<SignupSession>(
      { method: "GET", path: `/whatsapp/signup-sessions/${encodeURIComponent(id)}` },
      options,
    );
  }

  /** Revoke the link. Harmless to repeat; too late once the session is completed. */
  revokeSignupSession(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#send<void>(
      { method: "DELETE", path: `/whatsapp/signup-sessions/${encodeURIComponent(id)}` },
      options,
    );
  }

  /** Let another browser go on. After completion too: then that browser sees and does no more. */
  releaseSignupSession(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#send<void>(
      {
        method: "POST",
        path: `/whatsapp/signup-sessions/${encodeURIComponent(id)}/release`,
        isRepeatable: true,
      },
      options,
    );
  }

  /** List the owner's numbers, newest first. */
  listIntegrations(
    query: ListIntegrationsQuery = {},
    options: RequestOptions = {},
  ): Promise<IntegrationList> {
    return this.#send<IntegrationList>(
      { method: "GET", path: `/whatsapp/integrations`, query },
      options,
    );
  }

  /** Read one number: what is true, who is awaited, what to do. */
  getIntegration(id: string, options: RequestOptions = {}): Promise<Integration> {
    return this.#send<Integration>(
      { method: "GET", path: `/whatsapp/integrations/${encodeURIComponent(id)}` },
      options,
    );
  }

  /** Take the number out of WhatsApp. `disconnected` follows once Twilio confirms that the sender is gone. Harmless to repeat. The subaccount and a number at Twilio stay. */
  disconnectIntegration(id: string, options: RequestOptions = {}): Promise<Integration> {
    return this.#send<Integration>(
      { method: "DELETE", path: `/whatsapp/integrations/${encodeURIComponent(id)}` },
      options,
    );
  }

  /** Hand over the one-time code. It goes to Twilio before the answer and is never stored. */
  submitVerificationCode(
    id: string,
    body: SubmitVerificationCodeBody,
    options: RequestOptions = {},
  ): Promise<Integration> {
    return this.#send<Integration>(
      {
        method: "POST",
        path: `/whatsapp/integrations/${encodeURIComponent(id)}/verification`,
        body,
      },
      options,
    );
  }

  /** Have a new one-time code sent. */
  resendVerificationCode(
    id: string,
    body: ResendVerificationCodeBody,
    options: RequestOptions = {},
  ): Promise<Integration> {
    return this.#send<Integration>(
      {
        method: "POST",
        path: `/whatsapp/integrations/${encodeURIComponent(id)}/verification/resend`,
        body,
        isRepeatable: true,
      },
      options,
    );
  }

  /** Start again where it stopped. In `error`, and in `pending` while it only waits for its next try. */
  retryIntegration(
    id: string,
    body: RetryIntegrationBody = {},
    options: RequestOptions = {},
  ): Promise<Integration> {
    return this.#send<Integration>(
      {
        method: "POST",
        path: `/whatsapp/integrations/${encodeURIComponent(id)}/retry`,
        body,
        isRepeatable: true,
      },
      options,
    );
  }

  /** Receive the popup's result. From the browser that started the session, or with a token of its owner. A repeat with the same values gets the same answer. Only a POST may carry `code`, `phoneNumberId`, `displayName`. */
  onboardingCallback(
    body: OnboardingCallbackBody = {},
    options: RequestOptions = {},
  ): Promise<AcceptedCallback> {
    return this.#send<AcceptedCallback>(
      { method: "POST", path: `/whatsapp/onboarding-callback`, body },
      options,
    );
  }

  /** Sends again only what is safe to repeat. */
  async #send<T>(asked: Asked, options: RequestOptions): Promise<T> {
    const isSafe = asked.method !== "POST" || asked.isRepeatable === true;
    const key = asked.isRepeatable ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
    for (let left = isSafe ? (this.#settings.retries ?? 2) : 0; ; left -= 1) {
      try {
        return await this.#sendOnce<T>(asked, options, key);
      } catch (error) {
        if (left <= 0 || options.signal?.aborted || !isPassing(error)) throw error;
        const seconds = error instanceof ConnectWhatsAppError ? (error.retryAfterSeconds ?? 1) : 1;
        if (seconds > LONGEST_PAUSE_S) throw error;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      }
    }
  }

  async #sendOnce<T>(asked: Asked, options: RequestOptions, key: string | undefined): Promise<T> {
    const { baseUrl, token, fetch: send = fetch } = this.#settings;
    const language = options.language ?? this.#settings.language;
    const url = new URL(asked.path, baseUrl);
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await send(url, {
      method: asked.method,
      headers: {
        Authorization: `Bearer ${typeof token === "string" ? token : await token()}`,
        Accept: "application/json",
        ...(language ? { "Accept-Language": language } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(asked.body ? { "Content-Type": "application/json" } : {}),
      },
      ...(asked.body ? { body: JSON.stringify(asked.body) } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (response.status === 204) return undefined as T;
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw new ConnectWhatsAppError(problemIn(text, response.status), secondsIn(response));
  }
}

/** What a proxy in front says is no problem of the service's, and is told as one. */
function problemIn(text: string, status: number): Problem {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.code === "string") return problem as Problem;
  } catch {
    // Not JSON.
  }
  return {
    type: "about:blank",
    title: "No answer of the service",
    status,
    detail: `HTTP ${status} without a problem: ${text.slice(0, 200)}`,
    instance: "",
    code: "internal_error",
    actor: "operator",
    action: "Look at what is between this client and the service.",
    customerAction: "",
    retryable: status >= 500,
    success: false,
    error: `HTTP ${status}`,
  };
}

function secondsIn(response: Response): number | undefined {
  const value = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** No answer at all, or one that asks to come again. */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectWhatsAppError
    ? error.problem.retryable
    : error instanceof TypeError;
}
