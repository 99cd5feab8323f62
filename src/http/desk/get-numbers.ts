import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import { INTEGRATION_STATUSES, WAITED_FOR } from "../../integrations/integration.ts";
import { DESK_PATH, deskAddress, NUMBERS_PATH } from "../../pages/desk/frame.ts";
import { renderNumbersPage } from "../../pages/desk/numbers-page.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../problems/catalogue.ts";
import { frameOf, onPage, sendDesk, type DeskDeps } from "./desk-page.ts";

/** Changed in the last hours, by the value in the address. */
const HOURS = { "1h": 1, "6h": 6, "1d": 24, "7d": 168 } as const;
type Since = keyof typeof HOURS;
const LISTED_MAX = 100;

/** A form sends what is not chosen as an empty text; what an address has beside is nobody's. */
const chosen = <T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values).optional().catch(undefined);
export const numbersQuery = z.object({
  status: chosen(INTEGRATION_STATUSES),
  waitingFor: chosen(WAITED_FOR),
  code: chosen(PROBLEM_CODES as [ProblemCode, ...ProblemCode[]]),
  since: chosen(Object.keys(HOURS) as [Since, ...Since[]]),
});

/** How many numbers are in each state, and the ones that changed last. */
export function getNumbers(deps: DeskDeps): RequestHandler {
  return onPage(deps, async (request, response) => {
    const frame = frameOf(deps, request, response);
    if (frame.operator === undefined) return response.redirect(303, deskAddress(frame, DESK_PATH));
    const filter = numbersQuery.parse(request.query);
    const { since, ...exact } = filter;
    const { integrations, counts } = await deps.operator.desk.list(
      { ...definedOnly(exact), ...(since ? { since: hoursAgo(frame.now, HOURS[since]) } : {}) },
      LISTED_MAX,
      frame.locale,
    );
    const choices = {
      statuses: INTEGRATION_STATUSES,
      awaited: WAITED_FOR,
      codes: PROBLEM_CODES,
      hours: HOURS,
    };
    const address = deskAddress({ chosen: undefined }, NUMBERS_PATH, filter);
    sendDesk(deps, request, response, 200, (nonce) =>
      renderNumbersPage({ ...frame, address, nonce, filter, choices, counts, integrations }),
    );
  });
}

function hoursAgo(now: Date, hours: number): Date {
  return new Date(now.getTime() - hours * 3_600_000);
}
