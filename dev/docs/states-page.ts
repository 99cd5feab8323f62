import { format, resolveConfig } from "prettier";
import { STATES, TRANSITIONS, type Transition } from "../../src/integrations/state-machine.ts";

/** Where the page is, from the root of the repository. */
export const STATES_PAGE = "docs/state-machine.md";

const INTRODUCTION = `# States of an integration

Made by \`npm run docs\` from [state-machine.ts](../src/integrations/state-machine.ts): change that,
then run it. Tests compare, and walk the table with the functions that write each transition.

A state is \`status\` and \`registration.step\`. \`pending\`: the service works or waits. \`linked\`: Twilio says
ONLINE. \`error\`: nothing happens without a person; the step is the one where it stopped. \`disconnected\`:
the number can be connected again. What is not below leaves both as they are: polls, tries, waits,
one-time codes, leases, intents.`;

/** The whole page as Markdown, in the repository's format. */
export async function statesPage(): Promise<string> {
  const page = [INTRODUCTION, "## Between statuses", diagram(), "## Transitions", table()];
  const options = { ...(await resolveConfig(STATES_PAGE)), parser: "markdown" };
  return format(page.join("\n\n"), options);
}

function transitions(): [string, Transition][] {
  return Object.entries(TRANSITIONS);
}

const statusOf = (state: string) => (state === "none" ? "[*]" : state.replace(/ .*/, ""));

/** Of each pair of statuses, what leads from the one to the other. */
function diagram(): string {
  const arrows = new Map<string, Set<string>>();
  for (const [name, { moves }] of transitions()) {
    for (const [from, targets] of Object.entries(moves)) {
      for (const to of targets.map(statusOf).filter((status) => status !== statusOf(from))) {
        const arrow = `${statusOf(from)} --> ${to}`;
        arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(name));
      }
    }
  }
  const lines = [...arrows].map(([arrow, names]) => `  ${arrow}: ${[...names].join(", ")}`);
  return ["```mermaid", "stateDiagram-v2", ...lines, "```"].join("\n");
}

function table(): string {
  const rows = transitions().flatMap(([name, { when, moves }]) =>
    alike(moves).map(([from, to], at) =>
      at === 0 ? [`\`${name}\``, when, from, to] : ["", "", from, to],
    ),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = ["Transition", "When", "From", "To"];
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** States of which the same becomes stand in one line. */
function alike(moves: Transition["moves"]): [from: string, to: string][] {
  const present = [...STATES].filter((state) => moves[state]);
  const whole = new Set(present.map((state) => list(moves[state] ?? [])));
  const lines = new Map<string, string[]>();
  for (const state of present) {
    const targets = moves[state] ?? [];
    const to = whole.size === 1 ? list(targets) : becomes(state, targets);
    lines.set(to, [...(lines.get(to) ?? []), state]);
  }
  const from = [...lines].map(([to, states]): [string, string] => [list(states), to]);
  return moves.none ? [["–", list(moves.none)], ...from] : from;
}

function becomes(from: string, targets: readonly string[]): string {
  const [only] = targets;
  if (targets.length !== 1 || only === undefined) return list(targets);
  if (only === from) return "the same";
  return stepOf(only) === stepOf(from) ? `${statusOf(only)}, at the same step` : list(targets);
}

const stepOf = (state: string) => state.replace(/.* /, "");

/** Statuses, each with its steps. */
function list(states: readonly string[]): string {
  if (states.length === STATES.length) return "any";
  const statuses = [...new Set(states.map(statusOf))];
  const steps = (status: string) =>
    states.filter((state) => statusOf(state) === status).map(stepOf);
  return statuses.map((status) => `${status} (${steps(status).join(", ")})`).join("; ");
}
