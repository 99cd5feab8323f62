import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const page = readFileSync("docs/security.md", "utf8");

interface Row {
  property: string;
  enforced: string;
  proved: string;
}

const rows: Row[] = [...page.matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)]
  .map(([, property = "", enforced = "", proved = ""]) => ({ property, enforced, proved }))
  .filter(({ property }) => property !== "Property" && !/^-+$/.test(property));

const filesIn = (text: string) =>
  [...text.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(([, path = ""]) => path);

/** Nothing can prove these here: a rule of the contract, and something that is not done. */
const WITHOUT_TEST = ["_Whole numbers", "No certificate"];

describe("docs/security.md", () => {
  test("names only places and tests that are there", () => {
    expect(rows.length).toBeGreaterThan(50);
    const named = rows.flatMap(({ enforced, proved }) => filesIn(`${enforced} ${proved}`));

    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  test("names a test for each property", () => {
    const unproved = rows
      .filter(({ proved }) => !filesIn(proved).some((path) => path.endsWith(".test.ts")))
      .map(({ property }) => property);

    expect(
      unproved.filter((property) => !WITHOUT_TEST.some((start) => property.startsWith(start))),
    ).toEqual([]);
    expect(unproved).toHaveLength(WITHOUT_TEST.length);
  });

  test("calls nothing a test that is not run", () => {
    const tests = rows.flatMap(({ proved }) => filesIn(proved));

    expect(tests.filter((path) => !/^test\/(support\/|.*\.test\.ts$)/.test(path))).toEqual([]);
  });
});
