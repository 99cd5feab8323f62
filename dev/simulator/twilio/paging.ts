import type { Call } from "../http/answer.ts";
import { TwilioFailure } from "./errors.ts";

const MAX_PAGE_SIZE = 1000;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  number: number;
  size: number;
  /** Index of the first item. */
  start: number;
  /** Path and query. */
  firstUri: string;
  nextUri: string | null;
  previousUri: string | null;
  uri: string;
}

/**
 * Cuts the page that `PageSize`, `Page` and `PageToken` ask for. A token is the SID of the last
 * item of the page before, so that deletions in between lose nobody.
 */
export function pageOf<T extends { sid: string }>(
  all: readonly T[],
  call: Call,
  defaultSize: number,
  maxSize: number,
): Page<T> {
  const size = Math.min(wholeNumber(call, "PageSize", defaultSize, 1, MAX_PAGE_SIZE), maxSize);
  const number = wholeNumber(call, "Page", 0, 0, Number.MAX_SAFE_INTEGER);
  const start = startOf(all, call.query.PageToken, number * size);
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const hasMore = last !== undefined && start + size < all.length;
  return {
    items,
    number,
    size,
    start,
    firstUri: uri(call, size, 0),
    nextUri: hasMore ? uri(call, size, number + 1, `PA${last.sid}`) : null,
    previousUri: number > 0 ? uri(call, size, number - 1) : null,
    uri: call.path,
  };
}

function startOf(
  all: readonly { sid: string }[],
  token: string | undefined,
  counted: number,
): number {
  const after = all.findIndex(({ sid }) => `PA${sid}` === token);
  return after === -1 ? counted : after + 1;
}

function uri(call: Call, size: number, page: number, token?: string): string {
  const [path = ""] = call.path.split("?");
  const query = new URLSearchParams(call.query);
  query.delete("PageToken");
  query.set("PageSize", String(size));
  query.set("Page", String(page));
  if (token !== undefined) query.set("PageToken", token);
  return `${path}?${query.toString()}`;
}

function wholeNumber(call: Call, name: string, fallback: number, min: number, max: number): number {
  const given = call.query[name];
  if (given === undefined) return fallback;
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= min && number <= max) return number;
  throw new TwilioFailure(400, 20001, name);
}
