/** What no customer reads: names of those behind the service, of variables and of commands. */
export const NOT_FOR_CUSTOMERS = /[Tt]wilio|\bMeta\b|\b[A-Z]+_[A-Z_]+\b|npm run/;
