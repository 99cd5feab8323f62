type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The object without its undefined values, which zod leaves for what was not given. */
export function definedOnly<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
