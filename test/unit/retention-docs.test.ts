import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { numberRelayModel } from "../../src/code-relay/number-relay-model.ts";
import { buildModels } from "../../src/models.ts";
import { ERASURE_KEPT_MS } from "../../src/operator/erasure-store.ts";
import { IMPORT_KEPT_MS } from "../../src/operator/legacy-import-model.ts";
import { KEPT_MS } from "../../src/signup/signup-session.ts";

const operations = readFileSync("docs/operations.md", "utf8");
const start = operations.indexOf("## What is kept, and how long");
const section = operations.slice(start, operations.indexOf("\n## ", start + 1));
const rows = [...section.matchAll(/^\| `([a-z_]+)` +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)].map(
  ([, collection = "", kept = "", by = "", erased = ""]) => ({ collection, kept, by, erased }),
);

const connection = mongoose.createConnection();
const { holds, ...others } = buildModels(connection);
const models = [...Object.values(others), ...Object.values(holds), numberRelayModel(connection)];

/** The field by whose time MongoDB deletes a document. */
const expiringBy = (schema: { indexes(): [object, { expireAfterSeconds?: number }][] }) =>
  schema
    .indexes()
    .filter(([, { expireAfterSeconds }]) => expireAfterSeconds === 0)
    .map(([fields]) => `\`${Object.keys(fields).join()}\``);

describe("docs/operations.md, what is kept", () => {
  test("names every collection, and by which field it goes", () => {
    const byName = Object.fromEntries(rows.map(({ collection, by }) => [collection, by]));
    expect(byName).toEqual(
      Object.fromEntries(
        models.map(({ collection, schema }) => [collection.name, expiringBy(schema)[0] ?? "–"]),
      ),
    );
  });

  test("says what an erasure does with each", () => {
    expect(rows.filter(({ kept, erased }) => kept === "" || erased === "")).toEqual([]);
  });

  test.each([
    ["signup_sessions", KEPT_MS, /^30 days/],
    ["erasures", ERASURE_KEPT_MS, /^a year/],
    ["legacy_imports", IMPORT_KEPT_MS, /^90 days/],
  ])("says of %s the days that the code has", (name, keptMs, words) => {
    const days = { "30 days": 30, "a year": 365, "90 days": 90 };
    const kept = rows.find(({ collection }) => collection === name)?.kept ?? "";
    expect(kept).toMatch(words);
    const told = Object.entries(days).find(([text]) => kept.startsWith(text));
    expect(told?.[1]).toBe(keptMs / (24 * 60 * 60_000));
  });
});
