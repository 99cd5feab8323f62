/** What the operator can do about a number or a signup, each with a reason. */
export const ACT_NAMES = [
  "assign",
  "hand-over",
  "retry",
  "recheck",
  "unassign",
  "disconnect",
  "release",
  "revoke",
] as const;
export type ActName = (typeof ACT_NAMES)[number];

/** An act that applies. */
export interface Act {
  name: ActName;
  /** What it is done to: the `id` of its door, or the fields of its body beside the reason. */
  on: Readonly<Record<string, string>>;
}

const TYPED: Readonly<Record<ActName, (on: Act["on"]) => string>> = {
  assign: ({ phoneNumber, userId }) => `assign ${phoneNumber} --user ${userId}`,
  "hand-over": ({ what, to }) => `hand-over ${what} --to ${to} --reason "…"`,
  retry: ({ id }) => `retry ${id} --reason "…"`,
  recheck: ({ id }) => `recheck ${id}`,
  unassign: ({ phoneNumber }) => `unassign ${phoneNumber}`,
  disconnect: ({ id }) => `disconnect ${id} --reason "…"`,
  release: ({ id }) => `release ${id} --reason "…"`,
  revoke: ({ id }) => `revoke ${id} --reason "…"`,
};

/** The same as a command of `npm run ops`. */
export function typed({ name, on }: Act): string {
  return TYPED[name](on);
}
