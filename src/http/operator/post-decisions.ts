import type { RequestHandler } from "express";
import { z } from "zod";
import { definedOnly } from "../../defined.ts";
import type { Operator } from "../../operator/create-operator.ts";
import { UnknownOwnerError } from "../../ownership/operator-assignments.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { parseBody, phoneNumberField } from "../middleware/validate.ts";
import { reasonField } from "./post-operator-action.ts";

export const assignBody = z.strictObject({
  phoneNumber: phoneNumberField,
  userId: z.string().min(1).max(255),
  newOwner: z.boolean().optional().meta({ description: "The service has not seen this owner yet" }),
  reason: reasonField,
});
export const unassignBody = z.strictObject({ phoneNumber: phoneNumberField, reason: reasonField });
export const handOverBody = z.strictObject({
  what: z.string().min(1).max(64).meta({ description: "A number in E.164, or a WABA's id" }),
  to: z.string().min(1).max(64).meta({ description: "The integration that gets it" }),
  reason: reasonField,
});

/** A number at Twilio is meant for an owner; what waits for this goes on. */
export function postAssign({ assignments }: Operator): RequestHandler {
  return async (request, response) => {
    const { formerUserId, foundIn, restarted, busy } = await assignAsAsked(
      assignments,
      parseBody(assignBody, request),
    );
    response.json({ success: true, foundIn, restarted, busy, formerUserId: formerUserId ?? null });
  };
}

/** @throws ProblemError `invalid_request` where nobody has seen the owner */
export async function assignAsAsked(
  assignments: Operator["assignments"],
  { newOwner, ...rest }: z.output<typeof assignBody>,
) {
  return assignments.assign({ ...rest, isNewOwner: newOwner ?? false }).catch(unknownOwner);
}

/** The operator's word on a number is taken back. */
export function postUnassign({ assignments }: Operator): RequestHandler {
  return async (request, response) => {
    const former = await assignments.unassign(definedOnly(parseBody(unassignBody, request)));
    response.json({ success: true, formerUserId: former?.formerUserId ?? null });
  };
}

/** The operator's decision between two owners. */
export function postHandOver({ handOver }: Operator): RequestHandler {
  return async (request, response) => {
    const { from } = await handOver(parseBody(handOverBody, request));
    response
      .status(202)
      .json({ success: true, from: from.map(({ integrationId }) => integrationId) });
  };
}

function unknownOwner(error: unknown): never {
  if (!(error instanceof UnknownOwnerError)) throw error;
  throw new ProblemError("invalid_request", {
    issues: [{ path: "userId", code: "unknown_owner", message: error.message }],
    cause: error,
  });
}
