import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "dotenv";
import mongoose from "mongoose";
import { CONFIG_VARIABLES, parseConfig } from "../../src/config.ts";
import { buildDeps } from "../../src/deps.ts";
import { routes } from "../../src/http/routes.ts";
import { INTEGRATION_STATUSES, STEPS } from "../../src/integrations/integration.ts";
import { createLogger } from "../../src/logger.ts";
import { browserFiles, BROWSER_FILES_PATH } from "../../src/pages/browser-script.ts";

const fileOf = (path: string) => new URL(`../../${path}`, import.meta.url);
const README = readFileSync(fileOf("README.md"), "utf8");
const [PRESENT = "", MISSING = ""] = README.split(/^## Limits, and what is not there yet$/m);
const { scripts: SCRIPTS } = JSON.parse(readFileSync(fileOf("package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const MAX_LINES = 200;

const CONFIG = parseConfig({
  AUTH_JWT_SECRET: "0123456789abcdef0123456789abcdef",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token",
  FACEBOOK_BUSINESS_ID: "1000000000001",
  META_APP_ID: "1000000000002",
  META_CONFIG_ID: "1000000000003",
});

/** The words in the first cells of a table, by the table's first heading. */
function firstCells(heading: string): string[] {
  const lines = README.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  const cells = rows.slice(0, end).map((row) => row.split(" | ")[0] ?? "");
  return [...cells.join(" ").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** `METHOD path` of every endpoint of the service but the page's static files. */
function endpoints(): string[] {
  const { http } = buildDeps(CONFIG, {
    connection: mongoose.createConnection(),
    logger: createLogger("silent"),
  });
  const files = new Set([...browserFiles.keys()].map((name) => `${BROWSER_FILES_PATH}${name}`));
  return routes(http).stack.flatMap(({ route }) => {
    // The layer without a method answers 405.
    const method = route?.stack[0]?.method;
    if (!route || !method || files.has(route.path)) return [];
    return [`${method.toUpperCase()} ${route.path}`];
  });
}

/** The names of npm's scripts in a text. */
function commandsIn(text: string): string[] {
  const found = text.matchAll(/npm (?:run ([\w:]+)|(test|start))\b/g);
  return [...found].map(([, run, short]) => run ?? short ?? "");
}

describe("README.md", () => {
  test("is short enough to be read", () => {
    expect(README.split("\n").length).toBeLessThan(MAX_LINES);
  });

  test("lists every endpoint of the service, and no other", () => {
    expect(firstCells("Endpoint").toSorted()).toEqual(endpoints().toSorted());
  });

  test("names only variables that exist", () => {
    const known: readonly string[] = CONFIG_VARIABLES;

    expect(firstCells("Variable").filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has every variable that .env.example leaves to be filled in", () => {
    const open = Object.keys(parse(readFileSync(fileOf(".env.example"), "utf8")));
    const listed = firstCells("Variable");

    expect(open.filter((name) => !listed.includes(name))).toEqual([]);
  });

  test("explains every status and names every step", () => {
    expect(firstCells("`status`").toSorted()).toEqual(INTEGRATION_STATUSES.toSorted());
    const [line = ""] = /^Steps: .*$/m.exec(README) ?? [];
    const named = [...line.matchAll(/`([a-z]+)`/g)].map(([, word]) => word);

    expect(named).toEqual(expect.arrayContaining([...STEPS]));
  });

  test("names only commands that package.json has", () => {
    expect(commandsIn(PRESENT).filter((name) => !(name in SCRIPTS))).toEqual([]);
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

  test("links only to what is there", () => {
    const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);

    expect(links.filter((link) => !existsSync(fileOf(link)))).toEqual([]);
  });
});
