import { z } from "zod";
import { PROBLEM_CODES, type ProblemCode } from "../../problems/catalogue.ts";

export const ACTORS = ["caller", "customer", "operator", "twilio", "meta"] as const;

const codeSchema = z.enum(PROBLEM_CODES as [ProblemCode, ...ProblemCode[]]).meta({
  id: "ProblemCode",
  description: "What went wrong. A closed list: each has a page at /problems/{code}.",
});

/** What a problem says wherever it is shown. */
export const problemFields = {
  code: codeSchema,
  title: z.string().meta({ description: "In a few words, in the caller's language" }),
  detail: z.string().meta({ description: "What happened" }),
  actor: z.enum(ACTORS).meta({ description: "Who has to do something" }),
  action: z.string().meta({ description: "What that actor should do" }),
  retryable: z.boolean(),
};

export const problemSchema = z
  .object({
    type: z.url().meta({ description: "The page that explains this code" }),
    status: z.int(),
    instance: z.string().meta({ description: "The request id, which is in the log" }),
    ...problemFields,
    retryable: z.boolean().meta({
      description: "The same request can succeed later, without anybody doing anything",
    }),
    issues: z
      .array(
        z.object({
          path: z.string().meta({ description: "Dotted; empty for the whole input" }),
          code: z.string(),
          message: z.string(),
        }),
      )
      .optional()
      .meta({ description: "What is wrong with the input" }),
    index: z.string().optional().meta({ description: "The database index that is in the way" }),
    success: z.literal(false),
    error: z.string().meta({ description: "The same text as `detail`, for older clients" }),
  })
  .meta({ id: "Problem", description: "An answer that is none (RFC 9457)" });
