/** What `start` answers for Meta's popup. */
export interface Launch {
  appId: string;
  configId: string;
  graphVersion: string;
  sdkUrl: string;
  extras: Record<string, unknown>;
}

export interface StartAnswer {
  launch?: Launch;
  redirectUrl?: string;
}

/** What the popup reported about a finished signup, named as the callback wants it. */
export interface SignupResult {
  WhatsAppBusinessAccountId: string;
  FacebookBusinessId?: string;
  phoneNumberId?: string;
}

export interface SignupMessage {
  event: string;
  data: Record<string, unknown>;
}

export interface FieldValues {
  phoneNumber?: string;
  displayName?: string;
}

/** One thing the customer can do on a screen. */
export interface Action {
  label: string;
  /** @param say puts words in place of the label, and tells them to screen readers */
  run?: (say: (words: string) => void) => void;
  /** Where it leads; `run` is told before. */
  href?: string;
  /** The one thing that most customers should do here. */
  isMain?: boolean;
}

/** A screen in place of the form. */
export interface Screen {
  tone: "calm" | "at-work" | "problem";
  title: string;
  paragraphs: string[];
  /** Small print. */
  details?: string;
  /** An address to copy. */
  link?: string;
  actions: Action[];
}

export interface LoginResponse {
  authResponse?: { code?: string } | null;
}

export interface FacebookSdk {
  /** Calls that Meta's loader keeps until the SDK itself is there. */
  __buffer?: unknown;
  init(options: Record<string, unknown>): void;
  login(callback: (response: LoginResponse) => void, options: Record<string, unknown>): void;
}

declare global {
  interface Window {
    FB?: FacebookSdk;
    fbAsyncInit?: () => void;
  }
}
