import { format, resolveConfig } from "prettier";
import {
  endOfOwnership,
  PROBLEM_CODES,
  PROBLEMS,
  type ProblemCode,
} from "../../src/problems/catalogue.ts";
import { problemText } from "../../src/problems/render.ts";
import {
  TWILIO_CODES,
  TWILIO_STATUSES,
  type RetryRule,
  type TwilioMeaning,
} from "../../src/registration/twilio-codes.ts";

/** Where the page is, from the root of the repository. */
export const ERRORS_PAGE = "docs/errors.md";

interface Row {
  name: string;
  meaning: TwilioMeaning;
  /** An HTTP status, which only a call has. */
  isStatus?: boolean;
}

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

const CODE_ROWS = Object.entries(TWILIO_CODES).flatMap(([code, meaning]) =>
  codeRows(code, meaning),
);

function codeRows(name: string, meaning: TwilioMeaning): Row[] {
  const { onceOurs } = meaning;
  const row = { name, meaning };
  return onceOurs ? [row, { name: `${name}, number once ours`, meaning: onceOurs }] : [row];
}

const STATUS_ROWS: readonly Row[] = [
  { name: "HTTP 401", meaning: TWILIO_STATUSES[401], isStatus: true },
  { name: "HTTP 403", meaning: TWILIO_STATUSES[403], isStatus: true },
  { name: "HTTP 404", meaning: TWILIO_STATUSES[404], isStatus: true },
  { name: "HTTP 429", meaning: TWILIO_STATUSES[429], isStatus: true },
  { name: "any other 4xx", meaning: TWILIO_STATUSES["4xx"], isStatus: true },
  { name: "any other, or no answer", meaning: TWILIO_STATUSES["5xx"], isStatus: true },
];

/** The whole page as Markdown, in the repository's format. */
export async function errorsPage(): Promise<string> {
  const page = [INTRODUCTION, problemTable(), TWILIO_INTRODUCTION, twilioTable(), NOTES].join(
    "\n\n",
  );
  return format(page, { ...(await resolveConfig(ERRORS_PAGE)), parser: "markdown" });
}

const INTRODUCTION = `# Errors

Made by \`npm run docs\` from [the catalogue](../src/problems/catalogue.ts), its
[English texts](../src/problems/texts/en.ts) and [the table of Twilio's codes](../src/registration/twilio-codes.ts):
change those, then run it. A test compares.

## Problems

What the API answers as \`code\`, and shows as \`registration.error.code\`. HTTP is the status where the
problem is the answer to a request. Retryable: the same can succeed later although nobody has changed
anything; in \`registration.error\` the field says instead whether the service itself tries again.`;

const TWILIO_INTRODUCTION = `## Twilio's codes

\`providerCode\` and the codes of \`offlineReasons\`. How sure each meaning is says
[domain.md 2.3](domain.md#23-errors) for 1xxxx and 2xxxx, [domain.md 3.6](domain.md#36-error-codes) for
63xxx. A code decides before the HTTP status; the last lines are for answers without a code, or with one
that no page describes.`;

const NOTES = `- **While registering**: a call refused with the code. The back-off doubles with each try, from
  \`REGISTRATION_POLL_INTERVAL_MS\` to \`REGISTRATION_MAX_INTERVAL_MS\`, with full jitter.
  \`Retry-After\`, where it asks for more, is obeyed.
- **Uses up a try**: outages and rate limits do not, and slow the whole worker down. Whatever its code,
  an answer with 5xx, 408, 425 or 499 is an outage; 429 is a rate limit unless a 63xxx says more.
- **OFFLINE, not yet linked**: the first reason of the sender. A reason of any other code is
  \`sender_offline\`. A sender that was ONLINE before is never remade.
- **Linked**: a refused call says nothing about a sender that worked, and is tried again. OFFLINE
  ends \`linked\` at once, and at the second look that agrees it is \`error\` with the code's problem; the
  sender is still looked at, and ONLINE makes it \`linked\` again.
- **Our credentials**: after 10001, 20003, 20403, 401 or 403 the account is read again. A subaccount
  that is suspended is \`subaccount_suspended\`: at once while registering, at the second refusal when
  linked.
- **As the answer to a one-time code**: the problem where Twilio refuses the code that was handed over;
  an outage is only told to the caller, who can send it again.
- 408, 425 and 499 are among "any other", as are redirects: something in between sent them.`;

function problemTable(): string {
  return table(
    ["Code", "HTTP", "Actor", "Retryable", "Meaning", "What the actor does", "Twilio's codes"],
    PROBLEM_CODES.map((code) => {
      const { status, actor, retryable } = PROBLEMS[code];
      const { detail, action } = problemText(code, "en");
      const yes = retryable ? "yes" : "no";
      return [`\`${code}\``, String(status), actor, yes, detail, action, twilioCodesOf(code)];
    }),
  );
}

/** Codes and statuses that lead to a problem, in any of their meanings. */
function twilioCodesOf(code: ProblemCode): string {
  return [...CODE_ROWS, ...STATUS_ROWS]
    .flatMap(({ name, meaning }) => {
      if (meaning.problem === code) return [name];
      return meaning.answerToCode === code ? [`${name} to a one-time code`] : [];
    })
    .join("; ");
}

function twilioTable(): string {
  return table(
    [
      "Code",
      "Problem",
      "While registering",
      "Delay",
      "Uses up a try",
      "OFFLINE, not yet linked",
      "Linked",
      "As the answer to a one-time code",
    ],
    [...CODE_ROWS, ...STATUS_ROWS].map(({ name, meaning, isStatus = false }) => [
      name,
      `\`${meaning.problem}\``,
      whileRegistering(meaning),
      delay(meaning),
      countsAsTry(meaning),
      isStatus ? "–" : whenOffline(meaning),
      whenLinked(meaning, isStatus),
      `\`${meaning.answerToCode ?? meaning.problem}\`${codesPause(meaning)}`,
    ]),
  );
}

function whileRegistering({ retry, contested }: TwilioMeaning): string {
  const asks = contested
    ? `where our records name another owner of the ${contested}: asks it; `
    : "";
  return `${asks}${retry ? `tried again${limits(retry)}` : "waits for a person"}`;
}

function limits({ tries, withinMs, onlyWhere }: RetryRule): string {
  const where = {
    numberShown: "where Meta shows the number in the WABA",
    credentialsStale: "where our credentials were out of date",
  };
  const parts = [
    ...(tries === undefined ? [] : [`${tries} times`]),
    ...(withinMs === undefined ? [] : [`within ${withinMs / MINUTE_MS} minutes of the popup`]),
    ...(onlyWhere === undefined ? [] : [where[onlyWhere]]),
  ];
  return parts.length === 0 ? "" : ` ${parts.join(", ")}; then waits for a person`;
}

const WAITS: Readonly<Record<RetryRule["wait"], string>> = {
  backoff: "back-off",
  backoff_and_interval: "back-off + `REGISTRATION_POLL_INTERVAL_MS`",
  longest_interval: "`REGISTRATION_MAX_INTERVAL_MS`",
};

function delay({ retry, pauseMs }: TwilioMeaning): string {
  if (pauseMs !== undefined) return `${pauseMs / HOUR_MS} hours`;
  return retry ? WAITS[retry.wait] : "–";
}

function countsAsTry({ retry }: TwilioMeaning): string {
  if (!retry) return "–";
  return retry.countsAsTry ? "yes" : "no";
}

function whenOffline({ whenOffline: then }: TwilioMeaning): string {
  if (then === undefined) return "waits for a person";
  return `as while registering, ${then === "replace" ? "then with a new sender" : "with the same sender"}`;
}

function whenLinked({ problem }: TwilioMeaning, isStatus: boolean): string {
  if (isStatus) return "tried again";
  const left = endOfOwnership(problem) === "left_waba" ? ", its WABA is free" : "";
  return `call: tried again; OFFLINE: \`error\`${left}`;
}

function codesPause({ pauseMs }: TwilioMeaning): string {
  return pauseMs === undefined ? "" : `, no code for ${pauseMs / HOUR_MS} hours`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row))].join("\n");
}
