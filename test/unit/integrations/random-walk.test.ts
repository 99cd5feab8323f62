import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Integration } from "../../../src/integrations/integration.ts";
import {
  movesFrom,
  stateOf,
  STATES,
  type AllowedState,
} from "../../../src/integrations/state-machine.ts";
import { applied } from "./apply-change.ts";
import { hasSender, isOnline, STAYING, TABLED, type Happening } from "./happenings.ts";
import { fresh, given, STATUSES } from "./situations.ts";

/** What holds of an integration whatever has happened to it. */
function faultsOf(integration: Integration): string[] {
  const { status, meta, registration, work } = integration;
  const { step, error, nextAttemptAt, waitingFor, waitingSince, conflict } = registration;
  const isEnded = status === "linked" || status === "disconnected";
  const rules: [rule: string, holds: boolean][] = [
    ["the state is in the table", (STATES as readonly string[]).includes(stateOf(integration))],
    [
      "linked is a sender that is ONLINE",
      status !== "linked" || (hasSender(integration) && isOnline(integration)),
    ],
    ["linked is checked", status !== "linked" || work.queue === "check"],
    ["what is done waits for nobody", !isEnded || (waitingFor ?? waitingSince) === undefined],
    [
      "what is done has no error and no next try",
      !isEnded || (error ?? nextAttemptAt) === undefined,
    ],
    [
      "what is not done waits for somebody",
      isEnded || (waitingFor !== undefined && waitingSince !== undefined),
    ],
    [
      "an error says which, and is not tried again",
      status !== "error" || (error !== undefined && nextAttemptAt === undefined),
    ],
    [
      "disconnected knows of no sender",
      status !== "disconnected" ||
        (!hasSender(integration) && registration.senderStatus === undefined),
    ],
    [
      "only what is pending waits for another owner",
      conflict === undefined || status === "pending",
    ],
    [
      "only a sender has a status",
      hasSender(integration) || registration.senderStatus === undefined,
    ],
    [
      "the recorded sender stays",
      !work.sendersToRemove.some(({ senderId }) => senderId === meta.senderId),
    ],
    [
      "counts never fall below nothing",
      Math.min(registration.attempts, work.outages, work.polls) >= 0,
    ],
    [
      "a step that is done is not pending or the other way round",
      (step === "done") === isEnded || status === "error",
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

interface Event {
  /** One of the table; otherwise one that leaves the state. */
  moves: boolean;
  pick: number;
  senderStatus: string;
  hasReasons: boolean;
  isSame: boolean;
  yes: boolean;
}

function targetsOf(name: string, state: string): readonly string[] {
  return name in TABLED ? movesFrom(name as keyof typeof TABLED, state as AllowedState) : [state];
}

/** Lets happen what can happen to the integration; each time from the table, or leaving the state. */
function walk(events: readonly Event[]): { names: string[]; faults: string[] } {
  let integration = fresh();
  const names: string[] = [];
  for (const [index, { moves, pick, hasReasons, ...event }] of events.entries()) {
    const at = given({
      ...event,
      now: new Date(2_000 + index * 1_000),
      sid: `XE${index + 2}`,
      subaccountSid: `AC${index + 2}`,
      reasons: hasReasons ? [{ code: "63112", message: "disabled" }] : [],
    });
    const state = stateOf(integration);
    const kinds = moves ? TABLED : STAYING;
    const before = integration;
    const possible = Object.entries<Happening>(kinds).filter(
      ([name, { needs }]) => targetsOf(name, state).length > 0 && (needs?.(before, at) ?? true),
    );
    const [name, happening] = possible[pick % possible.length] ?? [];
    const change = happening?.change(before, at);
    if (name === undefined || !change) continue;
    names.push(name);
    const after = applied(before, change, at.now);
    const faults = faultsOf(after);
    if (!targetsOf(name, state).includes(stateOf(after))) {
      faults.push(`${state} became ${stateOf(after)}`);
    }
    if (after.registration.generation < before.registration.generation) {
      faults.push("the generation fell");
    }
    if (faults.length > 0) return { names, faults };
    integration = after;
  }
  return { names, faults: [] };
}

test("whatever happens in whichever order, an integration says what is true", () => {
  const event = fc.record<Event>({
    moves: fc.boolean(),
    pick: fc.nat(10_000),
    senderStatus: fc.constantFrom(...STATUSES),
    hasReasons: fc.boolean(),
    isSame: fc.boolean(),
    yes: fc.boolean(),
  });

  fc.assert(
    fc.property(fc.array(event, { maxLength: 80, size: "max" }), (events) => {
      const { names, faults } = walk(events);
      expect({ names, faults }).toEqual({ names, faults: [] });
    }),
    { numRuns: 300 },
  );
});
