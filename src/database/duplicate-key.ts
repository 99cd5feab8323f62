const DUPLICATE_KEY = 11_000;

/** MongoDB's answer to a second document with a unique value. */
export interface DuplicateKey {
  /** The name of the index that refused it. */
  index: string;
  /** The fields of that index; undefined where the server does not say. */
  fields: readonly string[] | undefined;
}

/** Which unique index refused a write; undefined for any other error. */
export function duplicateKey(error: unknown): DuplicateKey | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== DUPLICATE_KEY) {
    return undefined;
  }
  const pattern = "keyPattern" in error ? error.keyPattern : undefined;
  return {
    index: /index: (\S+)/.exec(error.message)?.[1] ?? "unknown",
    fields: typeof pattern === "object" && pattern !== null ? Object.keys(pattern) : undefined,
  };
}

/**
 * Whether a write met a document with the same values of `fields`, in whichever index. One of an
 * index on other fields, which is somebody else's, is none: what is waiting behind it is not ours.
 * Without `fields`, any.
 */
export function isDuplicateKey(error: unknown, ...fields: readonly string[]): boolean {
  const duplicate = duplicateKey(error);
  if (!duplicate) return false;
  if (fields.length === 0 || !duplicate.fields) return true;
  return duplicate.fields.toSorted().join() === fields.toSorted().join();
}
