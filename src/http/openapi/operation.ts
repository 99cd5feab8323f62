import type { z } from "zod";
import type { ProblemCode } from "../../problems/catalogue.ts";

/** One good answer of an operation. */
export interface Answer {
  description: string;
  /** By content type; undefined where the answer has no body. */
  content?: Readonly<
    Record<string, { schema: z.ZodType; examples: Readonly<Record<string, unknown>> }>
  >;
  headers?: z.ZodObject;
  /** Operations that go on with this answer: their id, and where it has the `id` for their path. */
  leadsTo?: { operations: readonly string[]; id: string };
}

/** One endpoint as its callers have to know it. */
export interface Operation {
  method: "get" | "post" | "delete";
  /** As in the table of routes. */
  path: string;
  /** Its name in clients. */
  id: string;
  tag: Tag;
  summary: string;
  description?: string;
  params?: { path?: z.ZodObject; query?: z.ZodObject; header?: z.ZodObject };
  /** By content type. */
  body?: Readonly<
    Record<string, { schema: z.ZodType; examples: Readonly<Record<string, unknown>> }>
  >;
  answers: Readonly<Record<string, Answer>>;
  /** What it can answer beside what everything behind the same guard can. */
  problems: readonly ProblemCode[];
  access: Access;
}

/**
 * Who may call. Guards, limits and calls from other origins follow from it:
 * - `saas`: an owner's token
 * - `callback`: a customer's browser, or an owner's token in its place
 * - `page`: our own pages, from our own origin
 * - `visitor`: a browser that opens one of our pages
 * - `twilio`: webhooks; what they carry is believed only with Twilio's signature
 * - `operator`: whoever has an OPS_TOKEN
 * - `desk`: an operator's browser on our page for it, where it is logged in
 * - `anybody`: without guard or limit
 */
export type Access =
  "saas" | "callback" | "page" | "visitor" | "twilio" | "operator" | "desk" | "anybody";

export const TAGS = {
  "Signup sessions": "What stands behind the button: a session, its link, and how it goes.",
  Integrations:
    "Numbers of an owner: what is true of each, who is awaited, and what can be asked for.",
  Callback: "Where the result of Meta's popup arrives.",
  "The customer's browser": "What our own pages call; other programs have no use for these.",
  Webhooks: "What Twilio calls while a one-time code is awaited for one of its own numbers.",
  System: "Whether the service works.",
  Operation: "For whoever runs the service, by a token of OPS_TOKEN.",
  "The operator's page": "What support people use in a browser; programs have the doors above.",
  Reference: "What can be asked, and what the answers mean.",
} as const;
export type Tag = keyof typeof TAGS;

/** Content type and schema of a JSON body. */
export function json(schema: z.ZodType, examples: Readonly<Record<string, unknown>>) {
  return { "application/json": { schema, examples } };
}

const ALWAYS = [
  "database_unavailable",
  "database_index_conflict",
  "internal_error",
] as const satisfies ProblemCode[];

/** What the guards themselves can answer. */
export const GUARD_PROBLEMS: Readonly<Record<Access, readonly ProblemCode[]>> = {
  saas: [...ALWAYS, "unauthenticated", "authentication_unavailable", "rate_limited", "busy"],
  callback: [...ALWAYS, "rate_limited", "prefetch_refused"],
  page: [...ALWAYS, "rate_limited", "origin_not_allowed"],
  visitor: [...ALWAYS, "rate_limited"],
  twilio: [...ALWAYS, "rate_limited"],
  operator: ["internal_error", "unauthenticated", "not_found", "rate_limited"],
  desk: [...ALWAYS, "not_found", "rate_limited", "origin_not_allowed"],
  anybody: [],
};

/** What a body can be answered with, whichever it is. */
export const BODY_PROBLEMS = [
  "invalid_request",
  "payload_too_large",
] as const satisfies ProblemCode[];
