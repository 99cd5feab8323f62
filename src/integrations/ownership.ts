/** What two owners can want at once. */
export type Contested = "number" | "waba";

/** How a conflict was met: by a hold before anything was sent, by Twilio's refusal, or at ONLINE. */
export type MetBy = "hold" | "refusal" | "online";

/** What somebody else has that a registration needs; it waits while this stands. */
export interface OwnershipConflict {
  about: Contested;
  /** The integration whose sender is polled. */
  holderId: string;
  holderUserId: string;
  metBy: MetBy;
  /** By the database's clock: answers from before it are somebody else's. */
  since: Date;
}

/** What one poll of a holder's sender found; `there`: it exists and is not ONLINE. */
export type Finding = "online" | "there" | "gone";

/** What came of the polls. `gave_way`: it was never ONLINE, and Meta shows the number elsewhere. */
export type ExaminationVerdict = Finding | "gave_way";

/**
 * A claimant's question whether a holder's sender still works. It is answered on the holder's own
 * document, under the holder's lease; times are the database's unless said otherwise.
 */
export interface Examination {
  id: string;
  /** The integration that asks. */
  claimantId: string;
  /** Meta shows the number in the claimant's WABA. */
  shown: boolean;
  askedAt: Date;
  /** What the last poll found, and when. */
  finding?: Finding;
  polledAt?: Date;
  /** All of them for the log, by the clock of the process that polled. */
  polls?: { at: Date; finding: Finding }[];
  verdict?: ExaminationVerdict;
  decidedAt?: Date;
}
