import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ERRORS_PAGE, errorsPage } from "../../dev/docs/errors-page.ts";

test("docs/errors.md is what the catalogue and the table of Twilio's codes say (npm run docs)", async () => {
  expect(readFileSync(ERRORS_PAGE, "utf8")).toBe(await errorsPage());
});
