// @ts-check

/**
 * What this tab keeps under a name; undefined where there is nothing, or the browser forbids it.
 * @param {string} key
 */
export function recall(key) {
  return withStorage((storage) => JSON.parse(storage.getItem(key) ?? "null")) ?? undefined;
}

/**
 * @param {string} key
 * @param {unknown} value undefined forgets it
 */
export function keep(key, value) {
  withStorage((storage) =>
    value === undefined ? storage.removeItem(key) : storage.setItem(key, JSON.stringify(value)),
  );
}

/**
 * Some browsers forbid storage altogether; the page then works without.
 * @template T
 * @param {(storage: Storage) => T} use
 * @returns {T | undefined}
 */
function withStorage(use) {
  try {
    return use(window.sessionStorage);
  } catch {
    return undefined;
  }
}
