/** What this tab keeps under a name; undefined where there is nothing, or the browser forbids it. */
export function recall(key: string): unknown {
  return withStorage((storage) => JSON.parse(storage.getItem(key) ?? "null")) ?? undefined;
}

/** @param value undefined forgets it */
export function keep(key: string, value: unknown): void {
  withStorage((storage) =>
    value === undefined ? storage.removeItem(key) : storage.setItem(key, JSON.stringify(value)),
  );
}

/** Some browsers forbid storage altogether; a page then works without. */
export function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(window.sessionStorage);
  } catch {
    return undefined;
  }
}
