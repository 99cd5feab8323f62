import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { CONFIG_VARIABLES } from "../../src/config/config.ts";
import { LOG_EVENTS } from "../../src/logger.ts";
import { PROBLEM_CODES } from "../../src/problems/catalogue.ts";

const operations = readFileSync("docs/operations.md", "utf8");
const logEvents = readFileSync("docs/log-events.md", "utf8");
const runbook = readFileSync("docs/runbook.md", "utf8");

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("simulator"))
  .map((name) => readFileSync(`src/${name}`, "utf8"));

const byName = (a: string, b: string) => a.localeCompare(b);

/** The words that begin the rows of the tables in a text, their headings left out. */
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| `(\w+)` +\| +[^|]*\|(?!.*\n\| -)/gm)].map(([, name = ""]) => name);

/** A part of a page, from its heading to the next one of the same rank. */
function sectionOf(page: string, heading: string): string {
  const [rank = ""] = heading.split(" ");
  const start = page.indexOf(`\n${heading}\n`) + 1;
  const end = page.indexOf(`\n${rank} `, start);
  return page.slice(start, end === -1 ? undefined : end);
}

describe("docs/log-events.md", () => {
  const section = sectionOf(logEvents, "## Every event");
  const examples = [...section.matchAll(/^\{.*\}$/gm)].map(
    ([line]) => JSON.parse(line) as Record<string, unknown>,
  );

  test("says of every event of the log what it means, and of no other", () => {
    expect(rowsOf(section).toSorted(byName)).toEqual([...LOG_EVENTS].toSorted(byName));
  });

  test("has one line of each event, as it is logged", () => {
    expect(examples.map(({ event }) => String(event)).toSorted(byName)).toEqual(
      [...LOG_EVENTS].toSorted(byName),
    );
    for (const line of examples) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(info|warn|error)$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        message: expect.stringMatching(/^[A-Z]/),
      });
    }
  });

  test("bears messages that the code has", () => {
    const code = sources.join("\n");
    const invented = examples
      .filter(({ event }) => event !== "config_warning")
      .filter(({ message }) => !code.includes(String(message).split(":")[0] ?? ""));

    expect(invented).toEqual([]);
  });
});

test("no event is logged that LOG_EVENTS does not have", () => {
  const logged = sources.flatMap((source) =>
    [...source.matchAll(/(?:logger|log)(?:\.\w+|\[\w+\])\(\s*\{[^}]*?event: "([a-z_]+)"/g)].map(
      ([, event]) => event,
    ),
  );
  expect(logged.length).toBeGreaterThan(15);
  expect(LOG_EVENTS).toEqual(expect.arrayContaining([...new Set(logged)]));
});

test("docs/runbook.md says of every problem code who sees it and what to do, once", () => {
  const rows = [...runbook.matchAll(/^\| `([a-z_]+)` +\| +(\S.*?) +\| +(\S.*?) +\|$/gm)];

  expect(rows.map(([, code = ""]) => code).toSorted(byName)).toEqual(
    [...PROBLEM_CODES].toSorted(byName),
  );
});

test("docs/operations.md says of every secret how it is exchanged", () => {
  const secrets = CONFIG_VARIABLES.filter((name) => /SECRET|TOKEN|PASSWORD|_KEY|_URI$/.test(name));

  expect(secrets.length).toBeGreaterThan(4);
  expect(rowsOf(sectionOf(operations, "## Exchanging secrets")).toSorted(byName)).toEqual(
    secrets.toSorted(byName),
  );
});

test("docs/operations.md says what is in every collection", () => {
  const collections = sources.flatMap((source) =>
    [...source.matchAll(/collection: "([a-z_]+)"/g)].map(([, name]) => name),
  );
  expect(collections.length).toBeGreaterThan(5);
  for (const name of collections) {
    expect(operations).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  }
});
