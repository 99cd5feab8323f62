import type { RequestHandler } from "express";
import type { Access } from "./openapi/operation.ts";

/** Who may call, method, path, and what is done. */
export type Route = [Access, "GET" | "POST" | "DELETE", string, ...RequestHandler[]];
