import type { RequestHandler } from "express";

/** The process answers; looks at nothing outside. */
export function getHealth(): RequestHandler {
  return (_request, response) => {
    response.json({ status: "ok" });
  };
}
