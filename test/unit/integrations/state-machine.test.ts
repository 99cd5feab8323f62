import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { STATES_PAGE, statesPage } from "../../../dev/docs/states-page.ts";
import {
  movesFrom,
  stateOf,
  STATES,
  TRANSITIONS,
  type AllowedState,
  type Transition,
} from "../../../src/integrations/state-machine.ts";
import { applied } from "./apply-change.ts";
import { EXPORTED, STAYING, TABLED, type Happening } from "./happenings.ts";
import { fresh, given, inState, STATUSES } from "./situations.ts";

/** What else the modules have: questions, what transitions share, and `started` over what was there. */
const HELPERS = [
  "actorOf",
  "deadlineOf",
  "doubtSince",
  "isUnderWay",
  "leftBy",
  "progressed",
  "takenOver",
  "VERIFYING",
];
const NAMES = Object.keys(TABLED) as (keyof typeof TABLED)[];

const SITUATIONS = STATUSES.flatMap((senderStatus) =>
  [true, false].map((isSame) => given({ senderStatus, isSame })),
);

/** What becomes of integrations in the state, whatever is outside. */
function outcomes({ needs, change }: Happening, state: AllowedState): Set<string> {
  const found = new Set<string>();
  for (const integration of inState(state)) {
    for (const situation of SITUATIONS) {
      if (needs && !needs(integration, situation)) continue;
      const made = change(integration, situation);
      if (made) found.add(stateOf(applied(integration, made, situation.now)));
    }
  }
  return found;
}

describe("the table of transitions", () => {
  test("names each function that changes an integration, or it is one that leaves the state", () => {
    const known = new Set([...Object.keys(TRANSITIONS), ...Object.keys(STAYING), ...HELPERS]);

    expect(EXPORTED.filter((name) => !known.has(name))).toEqual([]);
  });

  test("begins where the first callback puts an integration", () => {
    expect([stateOf(fresh())]).toEqual(movesFrom("started", "none"));
  });

  test.each(NAMES)("%s makes of each state what the table says, and all of it", (name) => {
    const { moves }: Transition = TRANSITIONS[name];
    const made = Object.fromEntries(
      Object.keys(moves).map((state) => [state, outcomes(TABLED[name], state as AllowedState)]),
    );
    const said = Object.fromEntries(
      Object.entries(moves).map(([state, targets]) => [state, new Set<string>(targets)]),
    );

    expect(made).toEqual(said);
  });

  test.each(Object.keys(STAYING))("%s leaves status and step as they are", (name) => {
    const happening = STAYING[name] as Happening;

    for (const state of STATES) {
      for (const found of outcomes(happening, state)) expect(found).toBe(state);
    }
  });

  test("lets each state be reached from the first one, and left", () => {
    const reached = new Set<string>(movesFrom("started", "none"));
    for (const state of reached) {
      for (const name of NAMES) {
        for (const to of movesFrom(name, state as AllowedState)) reached.add(to);
      }
    }

    expect(STATES.filter((state) => !reached.has(state))).toEqual([]);
  });

  test("is what docs/state-machine.md shows (npm run docs)", async () => {
    expect(readFileSync(STATES_PAGE, "utf8")).toBe(await statesPage());
  });
});
