import type { Request } from "express";

interface Parts {
  method?: string;
  headers?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** As much of a request as guards and readers look at. */
export function requestWith({ method = "GET", headers = {}, query = {}, body }: Parts): Request {
  const get = (name: string) => headers[name.toLowerCase()];
  return { method, headers, query, body, get } as unknown as Request;
}
