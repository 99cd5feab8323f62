/** Types of the module that the service serves at /whatsapp/button.js. */

/** What create-signup-session answers, handed on by the SaaS's backend. */
export interface SignupSession {
  sessionId: string;
  signupUrl: string;
}

/** What may be asked of create-signup-session; what of it counts is the backend's to decide. */
export interface SessionRequest {
  phoneNumber?: string;
  phoneNumberType?: "sms_capable" | "voice_only" | "byo";
  displayName?: string;
  returnUrl?: string;
  failureUrl?: string;
  /** Any language tag; the pages are in Spanish, Portuguese and English. */
  locale?: string;
  /** Connects this one again. */
  integrationId?: string;
}

/** The session and, once there is one, its integration, as the SaaS's backend reads them. */
export interface SessionAnswer {
  sessionId: string;
  status: string;
  integrationId?: string;
  /** The status page, once the session is completed. */
  statusUrl?: string;
  /** An entry with `source: "browser"` is what the browser said. */
  timeline?: readonly {
    event: string;
    source?: "browser";
    data?: Readonly<Record<string, string>>;
  }[];
  integration?: {
    externalId: string;
    status: string;
    registration: {
      step: string;
      waitingFor: string | null;
      error: {
        code: string;
        title: string;
        customerAction: string;
        /** The service itself tries again, and nobody has to do anything before. */
        retryable?: boolean;
        providerCode?: string;
      } | null;
    };
  };
}

export type WatchState = "waiting" | "pending" | "connected" | "cancelled" | "failed" | "expired";
export type ButtonState = WatchState | "idle" | "opening";

/** How a signup stands; also the `detail` of the element's events. */
export interface Outcome {
  state: WatchState;
  /** True when nothing more will come of this session, also not by the customer on its status page. */
  isFinal: boolean;
  sessionId?: string;
  integrationId?: string;
  /** The number in E.164, once it is known. */
  phoneNumber?: string;
  /** Step of the registration, while it is pending. */
  step?: string;
  /** Who has to do something now, while it is pending: `customer`, `operator`, `twilio`, `meta`. */
  waitingFor?: string;
  /**
   * The status page, while something is awaited from the customer: there they enter the code, or mend
   * the error. It is for the browser that went through the signup.
   */
  statusUrl?: string;
  /** Why it failed: a code of the service, or `network_error`, `request_failed`, `invalid_answer`. */
  code?: string;
  /** Meta's or Twilio's own code. */
  providerCode?: string;
  /** What happened, and what the customer can do or who is at it: both for the customer to read. */
  title?: string;
  customerAction?: string;
}

/** An endpoint refused or could not be reached. */
export class SignupError extends Error {
  /** The problem's code, or `network_error`, `request_failed`, `invalid_answer`. */
  readonly code: string;
  /** For the customer to read, as in `Outcome`. */
  readonly title: string | undefined;
  readonly customerAction: string | undefined;
  /** False where asking again cannot help. */
  readonly retryable: boolean;
}

/** How the page is opened: in a new tab, a small window, or in place of the present page. */
export type OpenWay = "tab" | "popup" | "self";

/** An address with `{id}` in it, or a function that reads the session by its id. */
export type SessionSource = string | ((sessionId: string) => Promise<SessionAnswer>);

/**
 * Asks the SaaS's backend for a session: POST with JSON, cookies to the same origin only.
 * @throws SignupError
 */
export function createSignupSession(url: string, request?: SessionRequest): Promise<SignupSession>;

/**
 * Opens the signup page. Call it inside the click, with the promise of the session: the window is
 * opened at once and sent on when the session has come. `isOpen` is false where the browser blocked
 * the window: then show a link to `session.signupUrl`.
 * @throws SignupError, or what the promise was rejected with
 */
export function openSignup(
  session: SignupSession | Promise<SignupSession>,
  way?: OpenWay,
): Promise<{ session: SignupSession; isOpen: boolean }>;

/**
 * Tells each change of the session until nothing more will come; asks at growing intervals, not
 * while the page is hidden. @returns stops it
 */
export function watchSession(
  sessionId: string,
  source: SessionSource,
  onChange: (outcome: Outcome) => void,
): () => void;

/** `<connect-whatsapp>`. */
export class ConnectWhatsApp extends HTMLElement {
  /** Instead of the attribute `session-url`. */
  createSession?: (request: SessionRequest) => Promise<SignupSession>;
  /** Instead of the attribute `status-url`. */
  getSession?: (sessionId: string) => Promise<SessionAnswer>;
  /** What is sent to `session-url` besides the language. */
  sessionRequest?: SessionRequest;
}

declare global {
  interface HTMLElementTagNameMap {
    "connect-whatsapp": ConnectWhatsApp;
  }
  interface HTMLElementEventMap {
    connected: CustomEvent<Outcome>;
    pending: CustomEvent<Outcome>;
    cancelled: CustomEvent<Outcome>;
    failed: CustomEvent<Outcome>;
  }
}
