import type { IncomingHttpHeaders } from "node:http";

/** What a simulated endpoint says; a body of `undefined` is none. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** A request as the endpoints see it. */
export interface Call {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  params: Readonly<Record<string, string>>;
  /** The first value of each parameter. */
  query: Readonly<Record<string, string>>;
  /** The parsed body; undefined where there was none or it could not be parsed. */
  body: unknown;
  /** The stand-in's own address as the caller named it. */
  origin: string;
  /** How long the effect stays out of listings; 0 unless a fault says so. */
  lateMs: number;
}

export type Handler = (call: Call) => Answer;

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
