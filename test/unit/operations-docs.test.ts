import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { LOG_EVENTS } from "../../src/logger.ts";

const operations = readFileSync("docs/operations.md", "utf8");

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("simulator"))
  .map((name) => readFileSync(`src/${name}`, "utf8"));

test("docs/operations.md says of every event of the log what it means, and of no other", () => {
  const start = operations.indexOf("## Every event");
  const section = operations.slice(start, operations.indexOf("### Refusals"));
  const [, ...told] = [...section.matchAll(/^\| `([a-z_]+)` +\| \S/gm)].map(
    ([, name]) => name ?? "",
  );
  const byName = (a: string, b: string) => a.localeCompare(b);
  expect(told.toSorted(byName)).toEqual([...LOG_EVENTS].toSorted(byName));
});

test("no event is logged that docs/operations.md does not list", () => {
  const logged = sources.flatMap((source) =>
    [...source.matchAll(/(?:logger|log)(?:\.\w+|\[\w+\])\(\s*\{[^}]*?event: "([a-z_]+)"/g)].map(
      ([, event]) => event,
    ),
  );
  expect(logged.length).toBeGreaterThan(15);
  expect(LOG_EVENTS).toEqual(expect.arrayContaining([...new Set(logged)]));
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
