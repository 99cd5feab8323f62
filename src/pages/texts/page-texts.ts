/** What the page tells the customer. The same keys in each language. */
export interface PageTexts {
  /** Value of the `lang` attribute. */
  readonly lang: string;
  readonly signup: SignupTexts;
  readonly problem: { readonly heading: string; readonly code: string; readonly back: string };
  readonly result: ResultTexts;
  /** The part that the page's script needs; it is sent along in the page. */
  readonly browser: BrowserTexts;
}

interface SignupTexts {
  readonly title: string;
  readonly lead: string;
  readonly account: string;
  readonly number: string;
  readonly name: string;
  readonly returnTo: string;
  readonly validUntil: string;
  readonly numberHint: string;
  readonly nameHint: string;
  readonly button: { readonly meta: string; readonly redirect: string };
  readonly privacy: string;
  readonly noScript: string;
  readonly stepsTitle: string;
  readonly steps: {
    readonly open: string;
    readonly business: string;
    readonly verify: {
      readonly sms_capable: string;
      readonly voice_only: string;
      readonly byo: string;
    };
    readonly wait: string;
  };
  readonly needsTitle: string;
  readonly needs: readonly string[];
}

interface ResultTexts {
  readonly receivedTitle: string;
  readonly received: string;
  readonly close: string;
  readonly back: string;
}

/** Endings of Meta's popup and of the page's own calls that have a screen of their own. */
export type NoticeKind =
  | "popupBlocked"
  | "popupClosed"
  | "sdkMissing"
  | "unfinished"
  | "cancelled"
  | "failed"
  | "offline"
  | "notHandedOver"
  | "inAppBrowser";

/** Kinds of advice for Meta's error codes. */
export type AdviceKind =
  | "numberInUse"
  | "accountElsewhere"
  | "alreadyLinked"
  | "accountLimit"
  | "codeMissing"
  | "codeWrong"
  | "tooManyCodes"
  | "twoFactor"
  | "wait"
  | "businessApp";

export interface BrowserTexts {
  readonly starting: string;
  readonly finishing: string;
  readonly leaving: string;
  readonly waiting: { readonly title: string; readonly text: string };
  readonly confirm: { readonly title: string; readonly text: string; readonly button: string };
  readonly reopen: string;
  readonly tryAgain: string;
  readonly change: string;
  readonly back: string;
  readonly copyLink: string;
  readonly copied: string;
  readonly copyByHand: string;
  readonly continueHere: string;
  readonly reference: string;
  readonly metaSays: string;
  readonly fields: {
    readonly numberMissing: string;
    readonly numberInvalid: string;
    readonly nameMissing: string;
    readonly nameInvalid: string;
  };
  readonly notices: Readonly<Record<NoticeKind, { readonly title: string; readonly text: string }>>;
  /** Advice by the step at which the customer left, named as Meta names it. */
  readonly steps: Readonly<Record<string, string>>;
  readonly advice: Readonly<Record<AdviceKind, string>>;
}
