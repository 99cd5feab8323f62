export const OUTCOMES = ["ok", "warn", "fail"] as const;
/** `warn`: it works, or works for now. `fail`: something does not work until a person mends it. */
export type Outcome = (typeof OUTCOMES)[number];

/** What a check found: one line in English, which also says what to do. It never holds a secret. */
export interface Finding {
  outcome: Outcome;
  message: string;
}

/** What one run of the checks goes by. */
export interface CheckContext {
  /** Ends the check when its time is over. */
  signal: AbortSignal;
  /** Why the database was not reached, where that is known already. */
  databaseFailure?: string;
}

/** One question about the installation. It changes nothing. */
export interface Check {
  name: string;
  /** At least one finding. What it throws counts as not checked. */
  run: (context: CheckContext) => Finding[] | Promise<Finding[]>;
}

export const ok = (message: string): Finding => ({ outcome: "ok", message });
export const warn = (message: string): Finding => ({ outcome: "warn", message });
export const fail = (message: string): Finding => ({ outcome: "fail", message });

/** What is wrong, or that nothing is. */
export function orOk(findings: Finding[], message: string): Finding[] {
  return findings.length > 0 ? findings : [ok(message)];
}
