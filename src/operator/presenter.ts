import type { Clock } from "../clock.ts";
import type { Integration } from "../integrations/integration.ts";
import type { NumberAssignments } from "../ownership/number-assignments.ts";
import { lineOf } from "../phone-number.ts";
import type { Locale } from "../problems/locales.ts";
import { presentState, type PresentState } from "./present-state.ts";

/** Programs and terminals read it in this one. */
export const USUAL_LOCALE: Locale = "en";

/** Says what is true of integrations now. */
export class Presenter {
  readonly #assignments: NumberAssignments;
  readonly #clock: Clock;

  constructor(assignments: NumberAssignments, clock: Clock) {
    this.#assignments = assignments;
    this.#clock = clock;
  }

  /** In the same order. */
  async all(integrations: readonly Integration[], locale = USUAL_LOCALE): Promise<PresentState[]> {
    const numbers = integrations.map(({ externalId }) => externalId);
    const owners = await this.#assignments.ownersOf(numbers);
    const now = this.#clock.now();
    return integrations.map((one) =>
      presentState(one, { now, locale, assignedTo: owners.get(lineOf(one.externalId)) }),
    );
  }

  async one(integration: Integration): Promise<PresentState> {
    const assigned = await this.#assignments.find(integration.externalId);
    const now = this.#clock.now();
    return presentState(integration, { now, locale: USUAL_LOCALE, assignedTo: assigned?.userId });
  }
}
