/** What the page tells the customer. The same keys in each language. */
export interface PageTexts {
  /** Value of the `lang` attribute. */
  readonly lang: string;
  /** Names the links to the other languages. */
  readonly languages: string;
  readonly signup: SignupTexts;
  readonly problem: {
    readonly heading: string;
    readonly code: string;
    readonly back: string;
    readonly status: string;
    readonly again: string;
  };
  readonly footer: { readonly privacy: string; readonly support: string };
  readonly elsewhere: ElsewhereTexts;
  readonly status: StatusTexts;
  /** The part that the page's script needs; it is sent along in the page. */
  readonly browser: BrowserTexts;
}

interface SignupTexts {
  readonly title: string;
  readonly lead: string;
  readonly account: string;
  readonly country: string;
  readonly number: string;
  readonly name: string;
  readonly returnTo: string;
  readonly validUntil: string;
  readonly numberHint: string;
  readonly nameHint: string;
  readonly button: { readonly meta: string; readonly redirect: string };
  /** What is being allowed, to `{brand}`. */
  readonly allowed: string;
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
  /** Leads to WhatsApp's own answer about a number. */
  readonly check: string;
  readonly share: { readonly title: string; readonly text: string; readonly button: string };
}

/** For a browser that has nothing to do with the session. */
interface ElsewhereTexts {
  readonly title: string;
  readonly text: string;
  /** The way on for a customer who cannot go back to the session's browser. */
  readonly otherwise: string;
}

/** What a customer sees a registration go through. */
export type StatusStep = "authorised" | "subaccount" | "sender" | "online";
export type StepState = "done" | "current" | "open" | "failed";

interface StatusTexts {
  readonly working: { readonly title: string; readonly text: string };
  readonly code: {
    readonly title: string;
    readonly text: string;
    readonly label: string;
    readonly hint: string;
    readonly send: string;
    /** Names the two buttons that follow. */
    readonly resendBy: string;
    readonly sms: string;
    readonly voice: string;
  };
  /** `receiving` where messages have somewhere to go. */
  readonly connected: { readonly title: string; readonly text: string; readonly receiving: string };
  readonly disconnected: { readonly title: string; readonly text: string };
  /** The link was used again, and its place taken by a later signup. */
  readonly replaced: { readonly title: string; readonly text: string };
  readonly awaited: Readonly<Record<"customer" | "operator" | "twilio" | "meta", string>>;
  /** Stands before a duration. */
  readonly usually: string;
  readonly reference: string;
  readonly steps: Readonly<Record<StatusStep, string>>;
  /** Stands before the time until which the service tries again by itself. */
  readonly retryingUntil: string;
  readonly retry: string;
  readonly browser: {
    readonly onward: string;
    readonly connectAgain: string;
    /** The same where the SaaS's page stands in the tab beside. */
    readonly connectThere: string;
    readonly states: Readonly<Record<StepState, string>>;
    readonly codeMissing: string;
    readonly sending: string;
    readonly sent: string;
    readonly requested: string;
    readonly offline: string;
    readonly leaving: string;
  };
}

/** Endings of Meta's popup and of the page's own calls that have a screen of their own. */
export type NoticeKind =
  | "popupBlocked"
  | "popupClosed"
  | "sdkMissing"
  | "noCookies"
  | "unfinished"
  | "cancelled"
  | "failed"
  | "offline"
  | "notHandedOver"
  | "inAppBrowser";

/** What Meta's rules for display names speak against. */
export type NameDoubt = "short" | "address" | "emoji" | "meta" | "capitals";

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
  /** What Meta's popup asks first, from v4 on; `{number}` is the one to type. */
  readonly numberFirst: string;
  /** Stands for the number while the customer has not typed it yet. */
  readonly numberHere: string;
  readonly starting: string;
  readonly finishing: string;
  /** Meta's window has done its part, and the page waits for what it still has to say. */
  readonly closeWindow: string;
  /** No window was seen to open. */
  readonly noWindow: string;
  readonly otherBrowser: string;
  readonly leaving: string;
  readonly waiting: { readonly title: string; readonly text: string };
  readonly confirm: { readonly title: string; readonly text: string; readonly button: string };
  /** The code that Meta sent to the number; of several, each with its sender and time. */
  readonly relayed: {
    readonly is: string;
    readonly several: string;
    readonly from: string;
    readonly copy: string;
    readonly copied: string;
  };
  readonly reopen: string;
  readonly tryAgain: string;
  readonly change: string;
  readonly back: string;
  /** Where the SaaS's page is still open beside this one. */
  readonly closeTab: { readonly label: string; readonly byHand: string };
  readonly copyLink: string;
  readonly copied: string;
  /** Said after the link was copied for somebody else. */
  readonly shared: string;
  readonly copyByHand: string;
  readonly continueHere: string;
  readonly reference: string;
  readonly metaSays: string;
  /** Where the number is another one than the link's: stand before each of the two. */
  readonly numbers: { readonly expected: string; readonly given: string };
  readonly fields: {
    readonly numberMissing: string;
    readonly numberInvalid: string;
    readonly nameMissing: string;
    readonly nameInvalid: string;
    /** Stands before the number as it will be sent. */
    readonly fullNumber: string;
    /** `{country}` is the chosen one, which has no such numbers. */
    readonly countryDoubt: string;
    /** Names that Meta's rules speak against; the customer may still try them. */
    readonly nameDoubts: Readonly<Record<NameDoubt, string>>;
  };
  readonly notices: Readonly<Record<NoticeKind, { readonly title: string; readonly text: string }>>;
  /** Advice by the step at which the customer left, named as Meta names it. */
  readonly steps: Readonly<Record<string, string>>;
  readonly advice: Readonly<Record<AdviceKind, string>>;
}
