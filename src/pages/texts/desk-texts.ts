import type { ActName } from "../../operator/acts.ts";

/** What the operator's page says in one language. */
export interface DeskTexts {
  readonly title: string;
  readonly login: {
    readonly title: string;
    readonly token: string;
    readonly hint: string;
    readonly button: string;
    readonly wrong: string;
    readonly ended: string;
  };
  readonly logout: string;
  readonly loggedInAs: string;
  readonly search: { readonly label: string; readonly hint: string; readonly button: string };
  readonly nothing: string;
  /** What the text was taken for, by kind. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly statuses: Readonly<Record<string, string>>;
  readonly signupStatuses: Readonly<Record<string, string>>;
  /** Who is awaited, by actor. */
  readonly awaited: Readonly<Record<string, string>>;
  readonly nobodyAwaited: string;
  readonly since: string;
  readonly next: string;
  readonly happened: string;
  readonly toDo: string;
  readonly providerSaid: string;
  readonly owner: string;
  readonly assignedTo: string;
  readonly validUntil: string;
  readonly acts: Readonly<Record<ActName, { readonly label: string; readonly does: string }>>;
  readonly youCan: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly confirm: string;
  readonly done: string;
  readonly failed: string;
  readonly story: string;
  readonly signup: string;
  readonly technical: string;
  readonly ids: {
    readonly integration: string;
    readonly step: string;
    readonly sender: string;
    readonly signup: string;
  };
  readonly numbers: {
    readonly title: string;
    readonly state: string;
    readonly awaited: string;
    readonly code: string;
    readonly changed: string;
    readonly any: string;
    readonly button: string;
    readonly counts: string;
    readonly count: string;
    readonly listed: string;
    readonly none: string;
  };
}
