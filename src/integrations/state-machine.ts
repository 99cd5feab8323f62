import type { Integration, IntegrationStatus, Step } from "./integration.ts";

/** Status and step of an integration, in one word. */
export type State = `${IntegrationStatus} ${Step}`;

const REGISTERING = [
  "pending subaccount",
  "pending number",
  "pending sender",
  "pending verification",
  "pending online",
] as const;
const FAILED = [
  "error subaccount",
  "error number",
  "error sender",
  "error verification",
  "error online",
  "error done",
] as const;

/** All the states that an integration can be in. */
export const STATES = [
  ...REGISTERING,
  "linked done",
  "pending disconnecting",
  "disconnected done",
  ...FAILED,
  "error disconnecting",
] as const satisfies readonly State[];
export type AllowedState = (typeof STATES)[number];

/** From each of these states to one of those; no state before the first callback. */
type Moves = Partial<Record<AllowedState | "none", readonly AllowedState[]>>;

/** The transition that does not change the state. */
function staying(...states: readonly AllowedState[]): Moves {
  return Object.fromEntries(states.map((state) => [state, [state]]));
}

/** Each of the states becomes the one. */
function becoming(to: AllowedState, ...states: readonly AllowedState[]): Moves {
  return Object.fromEntries(states.map((state) => [state, [to]]));
}

/** What a retry makes of a registration that stopped at a step. */
function retriedAs(status: "pending" | "error"): Moves {
  return {
    [`${status} subaccount`]: ["pending subaccount", "pending verification"],
    [`${status} number`]: ["pending number", "pending verification"],
    [`${status} sender`]: ["pending sender", "pending verification"],
    [`${status} verification`]: ["pending subaccount", "pending verification"],
    [`${status} online`]: ["pending subaccount", "pending verification", "pending online"],
    [`${status} disconnecting`]: ["pending disconnecting"],
  };
}

/** The transitions that decide about status and step, by the function that writes them. */
export interface Transition {
  /** What has happened. */
  when: string;
  moves: Moves;
}

/**
 * All that may become of an integration: each transition with the states that it is made from, and
 * what each may become. docs/state-machine.md shows it (`npm run docs`), and a test walks it with
 * the functions themselves. What is not here leaves status and step as they are.
 */
export const TRANSITIONS = {
  started: {
    when: "The first callback of a number",
    moves: { none: ["pending subaccount"] },
  },
  confirmed: {
    when: "A callback for the WABA under which the number works",
    moves: staying("linked done", "pending online"),
  },
  retargeted: {
    when: "Any other later callback",
    moves: becoming("pending subaccount", ...STATES),
  },
  subaccountFound: {
    when: "The subaccount is found or made",
    moves: { "pending subaccount": ["pending number"] },
  },
  subaccountUnknown: {
    when: "Twilio does not know the subaccount any more",
    moves: becoming("pending subaccount", "pending number", "pending sender"),
  },
  numberInPlace: {
    when: "The number is in the subaccount, or not at Twilio",
    moves: { "pending number": ["pending sender"] },
  },
  senderRecorded: {
    when: "Twilio took the sender, or had it before",
    moves: { "pending sender": ["pending verification", "pending online"] },
  },
  senderNotListed: {
    when: "The recorded sender is not listed yet",
    moves: { "pending sender": ["pending online"] },
  },
  stepFollowed: {
    when: "A poll shows that Twilio asks for the code, or does not any more",
    moves: {
      "pending online": ["pending verification"],
      "pending verification": ["pending online"],
    },
  },
  senderGone: {
    when: "Two polls agree that the sender is gone from Twilio",
    moves: becoming("pending sender", "pending verification", "pending online"),
  },
  senderReplaced: {
    when: "The sender is still OFFLINE, and another is made in its place",
    moves: { "pending verification": ["pending sender"], "pending online": ["pending sender"] },
  },
  linked: {
    when: "Twilio says ONLINE, and nobody else owns the number or the WABA",
    moves: becoming("linked done", "pending verification", "pending online", ...FAILED),
  },
  notLinkedAnyMore: {
    when: "A check shows a linked sender that is not ONLINE",
    moves: {
      "linked done": ["pending verification", "pending online"],
      "pending online": ["pending verification", "pending online"],
    },
  },
  conflictMet: {
    when: "Another owner has what the registration needs",
    moves: {
      ...staying("pending sender", "pending verification", "pending online"),
      "linked done": ["pending online"],
    },
  },
  failed: {
    when: "Nothing goes on without a person",
    moves: {
      "pending subaccount": ["error subaccount"],
      "pending number": ["error number"],
      "pending sender": ["error sender"],
      "pending verification": ["error verification"],
      "pending online": ["error online"],
      "pending disconnecting": ["error disconnecting"],
      "linked done": ["error done"],
      ...staying(...FAILED, "error disconnecting"),
    },
  },
  retried: {
    when: "The owner or the operator has it tried again",
    moves: {
      ...retriedAs("pending"),
      ...retriedAs("error"),
      "error done": ["pending subaccount", "pending verification", "pending online"],
    },
  },
  disconnecting: {
    when: "The owner disconnects the number, or the operator hands it over",
    moves: becoming(
      "pending disconnecting",
      ...REGISTERING,
      "linked done",
      ...FAILED,
      "error disconnecting",
    ),
  },
  disconnected: {
    when: "No sender of the number is left",
    moves: { "pending disconnecting": ["disconnected done"] },
  },
} as const satisfies Readonly<Record<string, Transition>>;

export type TransitionName = keyof typeof TRANSITIONS;

/** The state of an integration; it may be none of STATES. */
export function stateOf({ status, registration }: Integration): State {
  return `${status} ${registration.step}`;
}

/** What a transition may make of an integration in this state; none where it does not happen. */
export function movesFrom(name: TransitionName, state: State | "none"): readonly AllowedState[] {
  const { moves }: Transition = TRANSITIONS[name];
  return moves[state as AllowedState] ?? [];
}
