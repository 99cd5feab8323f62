import type { Request } from "express";

/** The `:id` of the path. */
export function idOf(request: Request): string {
  const { id } = request.params;
  return typeof id === "string" ? id : "";
}
