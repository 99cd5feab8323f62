import { Types } from "mongoose";

type Document = Record<string, unknown>;

/** Names under which services keep what lets its bearer act. */
const SECRET_NAME =
  /token|secret|passw|auth(?!or)|credential|api_?key|private_?key|bearer|cookie|\bpin\b/i;
/** Runs of what tokens are made of, long enough to be one. */
const RUN = /[\w\-+=]{20,}/g;
/** Ids of things: Twilio's, whose auth tokens have no letters before the hex digits; MongoDB's; UUIDs. */
const KNOWN_ID = [
  /^(AC|XE|PN|MG|SM|MM|CA|AP|SK|HX|IS|BU|RN|AD|OR)[0-9a-f]{32}$/i,
  /^[0-9a-f]{24}$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^\d+$/,
  /^\d{4}-\d\d-\d\d[T.\d:+Z-]*$/,
];

/** A document without what is secret in it. */
export interface Cleaned {
  kept: Document;
  /** Where there were secrets, in dots; not what they were. */
  removed: string[];
}

/**
 * Takes out whatever is named as a secret or looks like one, at any depth. Nothing is known of an
 * earlier service's fields, so in doubt a value goes.
 */
export function withoutSecrets(document: Document): Cleaned {
  const removed: string[] = [];
  const kept = cleaned(document, "", removed) as Document;
  return { kept, removed };
}

/** Whether a text could be a token, or holds one: of a URL, of JSON, of a header. */
export function looksSecret(text: string): boolean {
  const runs = text.match(RUN) ?? [];
  return runs.some((run) => /\d/.test(run) && !KNOWN_ID.some((known) => known.test(run)));
}

function cleaned(value: unknown, path: string, removed: string[]): unknown {
  if (Array.isArray(value)) {
    return value
      .map((one: unknown, at) => cleaned(one, `${path}.${at}`, removed))
      .filter((one) => one !== undefined);
  }
  if (isPlain(value)) {
    const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      const at = path === "" ? name : `${path}.${name}`;
      const clean =
        SECRET_NAME.test(name) && holdsSomething(inner) ? undefined : cleaned(inner, at, removed);
      if (clean !== undefined) return [[name, clean]];
      if (inner !== undefined && !removed.includes(at)) removed.push(at);
      return [];
    });
    return Object.fromEntries(entries);
  }
  if (isHarmless(value)) return value;
  removed.push(path);
  return undefined;
}

/** Whether a token is set, or when it ends, says nothing of it. */
function holdsSomething(value: unknown): boolean {
  return !(value === null || typeof value === "boolean" || value instanceof Date || value === "");
}

/** Texts are looked at; of binary data and other types nothing can be said. */
function isHarmless(value: unknown): boolean {
  if (typeof value === "string") return !looksSecret(value);
  return (
    value === null ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    value instanceof Date ||
    value instanceof Types.ObjectId
  );
}

function isPlain(value: unknown): value is Document {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
