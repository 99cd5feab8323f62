import { type SimulatorClock } from "./clock.ts";

/** How the simulator is set up; the service that is started against it gets the same values. */
export interface SimulatorOptions {
  /** The parent account at Twilio. */
  accountSid: string;
  authToken: string;
  appId: string;
  appSecret: string;
  /** The login configuration that Meta's popup accepts; any if absent. */
  configId?: string;
  /** The solution whose signups Meta shares with Twilio; any non-empty one if absent. */
  partnerSolutionId?: string;
  /** How long a new sender is `CREATING`, and each further step of its life lasts. */
  onlineAfterMs: number;
  /** How long the code of Meta's popup can be exchanged, milliseconds; Meta's 30 s if absent. */
  codeLifeMs?: number;
  /** Refuse (63101) every WABA that no signup shared; otherwise unknown ones are welcome. */
  strictSharing?: boolean;
  /**
   * What a second create for a number does in the same account. Twilio does not say; `second` (a
   * second sender) is the harder case and the default, `refuse` answers 63110.
   */
  sameSenderTwice?: "second" | "refuse";
  /** Lists never show more at once, whatever `PageSize` asks for; 1000 unless given. */
  maxPageSize?: number;
  /** 0 or absent: a free port. */
  twilioPort?: number;
  metaPort?: number;
  clock?: SimulatorClock;
}
