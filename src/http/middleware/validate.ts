import type { Request } from "express";
import { z } from "zod";
import { ProblemError, type ProblemIssue } from "../../problems/problem-error.ts";

export {
  displayNameField,
  localeField,
  oneTimeCodeField,
  phoneNumberField,
  referenceField,
} from "../../input-fields.ts";

const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

/** Which part of a list is wanted. */
export const pageFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_MAX)
    .default(PAGE_DEFAULT)
    .meta({ description: "At most so many" }),
  cursor: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: "The `nextCursor` of the page before" }),
};

/**
 * The body checked against a strict schema; an absent body is an empty object.
 * @throws ProblemError `invalid_request` with every issue
 */
export function parseBody<T>(schema: z.ZodType<T>, request: Request): T {
  const body: unknown = request.body;
  if (body === undefined && hasBody(request)) {
    throw new ProblemError("invalid_request", {
      issues: [{ path: "", code: "not_json", message: "the body must be application/json" }],
    });
  }
  return parseValue(schema, body ?? {});
}

/** The query checked against a strict schema. @throws ProblemError `invalid_request` */
export function parseQuery<T>(schema: z.ZodType<T>, request: Request): T {
  return parseValue(schema, request.query);
}

/** A value checked against a schema. @throws ProblemError `invalid_request` with every issue */
export function parseValue<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError("invalid_request", { issues: parsed.error.issues.map(toIssue) });
}

/** An issue of zod in our shape. */
export function toIssue(issue: z.core.$ZodIssue): ProblemIssue {
  return { path: issue.path.join("."), code: issue.code, message: issue.message };
}

function hasBody(request: Request): boolean {
  return (
    request.get("transfer-encoding") !== undefined || Number(request.get("content-length")) > 0
  );
}
