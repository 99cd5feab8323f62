/** Names of those behind the service, of variables and of commands. */
const NOT_FOR_CUSTOMERS = /[Tt]wilio|\bMeta\b|\b[A-Z]+_[A-Z_]+\b|npm run/;

/** What of a text no customer should read; that a name may not have “Meta” in it has to be said. */
export function unfitFor(text: string): string | undefined {
  return NOT_FOR_CUSTOMERS.exec(text.replaceAll(/[«“]Meta[»”]/g, ""))?.[0];
}
