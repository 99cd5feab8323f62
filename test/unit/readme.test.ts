import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "dotenv";
import { CONFIG_VARIABLES } from "../../src/config/config.ts";
import { endpoints } from "./http/endpoints.ts";
import { INTEGRATION_STATUSES, STEPS } from "../../src/integrations/integration.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const README = read("README.md");
const REFERENCE = read("docs/reference.md");
const DEPLOYING = read("docs/deploy-railway.md");
const [PRESENT = "", MISSING = ""] = README.split(/^## Limits, and what is not there yet$/m);
const { scripts: SCRIPTS } = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
};
const MAX_LINES = 200;
const MAX_BYTES = 12_000;
const MAX_COLUMNS = 100;

/** The words in the first cells of a table of the reference, by the table's first heading. */
function firstCells(heading: string): string[] {
  const lines = REFERENCE.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  const cells = rows.slice(0, end).map((row) => row.split(" | ")[0] ?? "");
  return [...cells.join(" ").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** The names of npm's scripts in a text. */
function commandsIn(text: string): string[] {
  const found = text.matchAll(/npm (?:run ([\w:]+)|(test|start))\b/g);
  return [...found].map(([, run, short]) => run ?? short ?? "");
}

describe("README.md", () => {
  test("is short enough to be read, without scrolling sideways", () => {
    const lines = README.split("\n");

    expect(lines.length).toBeLessThan(MAX_LINES);
    expect(Buffer.byteLength(README)).toBeLessThanOrEqual(MAX_BYTES);
    expect(lines.filter((line) => line.length > MAX_COLUMNS)).toEqual([]);
  });

  test("names only commands that package.json has, and so do the pages behind it", () => {
    const texts = [PRESENT, REFERENCE, DEPLOYING].join("\n");

    expect(commandsIn(texts).filter((name) => !(name in SCRIPTS))).toEqual([]);
  });

  test("calls missing only what is missing", () => {
    const paths = [...MISSING.matchAll(/`(\/[a-z.]+)`/g)].map(([, path = ""]) => `GET ${path}`);

    expect(commandsIn(MISSING).filter((name) => name in SCRIPTS)).toEqual([]);
    expect(paths.filter((endpoint) => endpoints().includes(endpoint))).toEqual([]);
  });

  test("starts with the two commands, word for word", () => {
    const blocks = [...README.matchAll(/^```sh\n(.*?)\n```$/gms)].map(([, text]) => text);

    expect(blocks).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
  });
});

describe("docs/reference.md", () => {
  test("lists every endpoint of the service, and no other", () => {
    expect(firstCells("Endpoint").toSorted()).toEqual(endpoints().toSorted());
  });

  test("names only variables that exist", () => {
    const known: readonly string[] = CONFIG_VARIABLES;

    expect(firstCells("Variable").filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has every variable that .env.example leaves to be filled in", () => {
    const open = Object.keys(parse(read(".env.example")));
    const listed = firstCells("Variable");

    expect(open.filter((name) => !listed.includes(name))).toEqual([]);
  });

  test("explains every status and names every step", () => {
    expect(firstCells("`status`").toSorted()).toEqual(INTEGRATION_STATUSES.toSorted());
    const [line = ""] = /^Steps: .*$/m.exec(REFERENCE) ?? [];
    const named = [...line.matchAll(/`([a-z]+)`/g)].map(([, word]) => word);

    expect(named).toEqual(expect.arrayContaining([...STEPS]));
  });
});
