import type { RequestHandler } from "express";
import { VERSION } from "../../version.ts";

/** The process answers, and which version and commit it is; looks at nothing outside. */
export function getHealth(commit: string | undefined): RequestHandler {
  return (_request, response) => {
    response.json({ status: "ok", version: VERSION, ...(commit ? { commit } : {}) });
  };
}
