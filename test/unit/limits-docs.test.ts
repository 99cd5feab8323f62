import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { LIMITS } from "../../src/http/middleware/rate-limits.ts";
import { USES_PER_LINE } from "../../src/limits/line-limit.ts";
import { CODE_TOTALS } from "../../src/registration/line-codes.ts";

const GUIDE = readFileSync(new URL("../../docs/frontend.md", import.meta.url), "utf8");
const [, TABLE = ""] = /^## Limits$(.*?)^## /ms.exec(GUIDE) ?? [];

test("docs/frontend.md lists the limits as they are", () => {
  const rows = TABLE.split("\n").filter((line) => /^\| [^-W]/.test(line));
  const figures = rows.map((row) => row.split("|")[3]?.trim());
  const perMinute = (count: number) => `${count.toLocaleString("en")} a minute`;
  const inADay = ({ owner, line }: { owner: number; line: number }) => `${owner}, ${line} in 24 h`;
  expect(figures).toEqual([
    perMinute(LIMITS.owner),
    perMinute(LIMITS.owner_sessions),
    perMinute(USES_PER_LINE),
    perMinute(LIMITS.failed_authentication),
    perMinute(LIMITS.address),
    "4",
    inADay(CODE_TOTALS.submitted),
    inADay(CODE_TOTALS.asked),
    inADay(CODE_TOTALS.created),
    "60 s",
  ]);
});
