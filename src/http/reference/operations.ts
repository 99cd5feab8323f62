import { z } from "zod";
import type { Operation } from "../openapi/operation.ts";

const REFERENCE = { tag: "Reference", access: "anybody", method: "get", problems: [] } as const;
const html = { "text/html": { schema: z.string(), examples: {} } };

export const referenceOperations: readonly Operation[] = [
  {
    ...REFERENCE,
    path: "/openapi.json",
    id: "openApi",
    summary: "This description",
    answers: {
      200: {
        description: "OpenAPI 3.1",
        content: { "application/json": { schema: z.looseObject({}), examples: {} } },
      },
    },
  },
  {
    ...REFERENCE,
    path: "/docs",
    id: "docs",
    summary: "This description, for people",
    answers: { 200: { description: "The page", content: html } },
  },
  {
    ...REFERENCE,
    path: "/problems/:code",
    id: "problem",
    summary: "What a problem's code means, who acts and how",
    params: {
      path: z.object({ code: z.string() }),
      query: z.object({ lang: z.string().optional() }),
    },
    answers: {
      200: { description: "The page", content: html },
      404: { description: "There is no such problem", content: html },
    },
  },
];
