import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { TYPESCRIPT_CLIENT, typescriptClient } from "../../dev/docs/typescript-client.ts";

const FILE = readFileSync(TYPESCRIPT_CLIENT, "utf8");

test("the TypeScript client is what the description says (npm run docs)", async () => {
  expect(FILE).toBe(await typescriptClient());
});

test("the TypeScript client is one file without a dependency", () => {
  expect(FILE).not.toMatch(/^import |require\(|\bimport\(/m);
});
