import type { BrowserTexts } from "./texts/page-texts.ts";

/** What the signup page hands to its script, as JSON in the page. */
export interface BrowserData {
  readonly mode: "meta" | "redirect";
  /** The popup begins with the number. */
  readonly asksNumberFirst: boolean;
  /** The link's number as people write it, where it has one. */
  readonly phoneNumber?: string | undefined;
  /** The session's token. */
  readonly payload: string;
  /** What support looks the signup up by. */
  readonly sessionId: string;
  /** The page's language, which the session takes on when it is started. */
  readonly locale: string;
  /** Address of Meta's SDK, in meta mode. */
  readonly sdkUrl?: string | undefined;
  /** Whether the server takes a result only with Meta's code. */
  readonly needsCode: boolean;
  /** The session was started by this browser before, perhaps in this page before its reload. */
  readonly isStarted: boolean;
  /** Exact origins whose signup messages count besides Facebook's own. */
  readonly messageOrigins: readonly string[];
  /** By country, the pattern of its numbers without the calling code, where a number is asked for. */
  readonly nationalNumbers?: Readonly<Record<string, string>> | undefined;
  /** Where "back" leads. */
  readonly backUrl?: string | undefined;
  readonly texts: BrowserTexts;
}
