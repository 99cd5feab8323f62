import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import { ACT_NAMES, type ActName } from "../../operator/acts.ts";
import type { Operator } from "../../operator/create-operator.ts";
import { DESK_PATH, deskAddress, deskTexts } from "../../pages/desk/frame.ts";
import { parseBody, parseValue } from "../middleware/validate.ts";
import {
  assignAsAsked,
  assignBody,
  handOverBody,
  unassignBody,
} from "../operator/post-decisions.ts";
import { actionBody } from "../operator/post-operator-action.ts";
import { chosenIn, frameOf, onPage, sendLogin, termIn, type DeskDeps } from "./desk-page.ts";

export const actForm = z.looseObject({
  act: z.enum(ACT_NAMES),
  confirm: z.literal("yes"),
  reason: z.string(),
  q: z.string().optional(),
  lang: z.string().optional(),
});

const onId = actionBody.extend({ id: z.string() });
type Perform = (operator: Operator, given: unknown) => Promise<unknown>;

/** As the doors of the same names do it, with the same fields. */
const PERFORM: Readonly<Record<ActName, Perform>> = {
  retry: ({ desk }, given) => withId(given, (id, reason) => desk.retry(id, reason)),
  recheck: ({ desk }, given) => withId(given, (id, reason) => desk.recheck(id, reason)),
  disconnect: ({ desk }, given) => withId(given, (id, reason) => desk.disconnect(id, reason)),
  release: ({ desk }, given) => withId(given, (id, reason) => desk.release(id, reason)),
  revoke: ({ desk }, given) => withId(given, (id, reason) => desk.revoke(id, reason)),
  assign: ({ assignments }, given) => assignAsAsked(assignments, parseValue(assignBody, given)),
  unassign: ({ assignments }, given) =>
    assignments.unassign(definedOnly(parseValue(unassignBody, given))),
  "hand-over": ({ handOver }, given) => handOver(parseValue(handOverBody, given)),
};

function withId(given: unknown, perform: (id: string, reason: string) => Promise<unknown>) {
  const { id, reason } = parseValue(onId, given);
  return perform(id, reason);
}

/** Does what an operator pressed, and leads back to what was looked for. */
export function postAct(deps: DeskDeps): RequestHandler {
  return onPage(deps, async (request, response) => {
    const { operator: name, locale } = frameOf(deps, request, response);
    if (name === undefined) {
      const notice = deskTexts(locale).login.ended;
      return sendLogin(deps, request, response, { status: 401, notice });
    }
    const {
      act,
      confirm: _confirmed,
      q: _term,
      lang: _chosen,
      ...given
    } = parseBody(actForm, request);
    await PERFORM[act](deps.operator, given);
    const q = termIn(request);
    const found = deskAddress({ chosen: chosenIn(request) }, DESK_PATH, { q, did: act });
    response.redirect(303, found);
  });
}
