import { randomBytes } from "node:crypto";
import type { Answer, Json } from "../http/answer.ts";
import type { OrderedError } from "../http/endpoint.ts";

/** An error of the Graph API. https://developers.facebook.com/docs/graph-api/guides/error-handling */
export class GraphFailure extends Error {
  override readonly name = "GraphFailure";
  readonly status: number;
  readonly code: number;
  readonly subcode: number | undefined;

  constructor(status: number, code: number, message: string, subcode?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.subcode = subcode;
  }
}

/** The error as Meta writes it. */
export function graphError(
  { status, code, message, subcode }: GraphFailure,
  more: Pick<OrderedError, "details" | "isTransient"> = {},
): Answer {
  const error: Json = { message, type: "OAuthException", code };
  if (subcode !== undefined) error.error_subcode = subcode;
  if (more.isTransient !== undefined) error.is_transient = more.isTransient;
  if (more.details !== undefined) error.error_data = more.details;
  error.fbtrace_id = `A${randomBytes(16).toString("base64url")}`;
  return { status, body: { error } };
}
