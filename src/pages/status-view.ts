import type { BrowserTexts, PageTexts, StatusStep, StepState } from "./texts/page-texts.ts";

/** What the page can be: what colours it, and which of its parts are shown. */
export type StatusKind = "working" | "code" | "connected" | "problem" | "disconnected";

/** How a customer mends an error: by another try, by one with another name, or by another signup. */
export type Remedy = "retry" | "name" | "connect";

/** How a registration is doing, as its customer reads it. The page and its JSON show the same. */
export interface StatusView {
  readonly kind: StatusKind;
  /** Nothing more will happen by itself. */
  readonly settled: boolean;
  readonly title: string;
  /** In the order in which they are read: what it is, who is awaited, what to do, how long. */
  readonly paragraphs: readonly string[];
  /** What the customer can do about the registration's error, or who is at it; one of the paragraphs. */
  readonly customerAction: string | null;
  readonly steps: readonly { readonly id: StatusStep; readonly state: StepState }[];
  /** Whether a one-time code can be entered now, and whether a new one can be asked for. */
  readonly code: {
    readonly due: boolean;
    readonly resend: boolean;
    /** What was wrong with the last one, said at its field. */
    readonly error: string | null;
  };
  /** ISO 8601: until then the service tries again by itself, if it does. */
  readonly retryingUntil: string | null;
  readonly remedy: Remedy | null;
  /** Where the customer goes on, where the SaaS has an address for it. */
  readonly onward: string | null;
}

/** What the page hands to its script. */
export interface StatusData {
  readonly sessionId: string;
  readonly locale: string;
  readonly texts: PageTexts["status"]["browser"];
  readonly closeTab: BrowserTexts["closeTab"];
  readonly nameTexts: Pick<BrowserTexts["fields"], "nameMissing" | "nameInvalid">;
}
