import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

/** A string that names a place inside a stored integration. */
const PATH = /["'`](?:registration|work)\.[\w$]/;

test("only src/integrations names the places inside a stored integration", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.[jt]s$/.test(file) && !file.startsWith("integrations/"),
  );
  const naming = files.flatMap((file) =>
    readFileSync(`src/${file}`, "utf8")
      .split("\n")
      // In a comment, such a name is for the reader of an answer.
      .filter((line) => !/^\s*(?:\/\*)?\*|^\s*\/\//.test(line) && PATH.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(naming).toEqual([]);
});
