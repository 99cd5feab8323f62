/** They are made alike; to look for thousands in megabytes would take longer than the tests. */
const OF_EACH_NAME = 12;

/** What a service is given and must keep to itself, and where it came out all the same. */
export class Leaks {
  readonly #counts = new Map<string, number>();
  readonly #secrets = new Map<string, string>();
  readonly #answers: string[] = [];

  /** @param name says in a failure which one it is; the first few of a name are looked for */
  plant(name: string, secret: string): void {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    if (count <= OF_EACH_NAME) this.#secrets.set(secret, name);
  }

  /** An answer's body, or a header's text. */
  answered(text: string): void {
    this.#answers.push(text);
  }

  /** @throws Error that names each planted secret that is in the log, the database or an answer */
  search(log: string, database: string): void {
    const places = { "the log": log, "the database": database, answers: this.#answers.join("\n") };
    this.#answers.length = 0;
    const found = Object.entries(places).flatMap(([place, text]) =>
      [...this.#secrets]
        .filter(([secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
        .map(([, name]) => `${name} in ${place}`),
    );
    if (found.length > 0) throw new Error(`secrets came out: ${found.join(", ")}`);
  }
}

/** As it is, in an address, and in a header of Basic authentication where it may begin anywhere. */
function spellings(secret: string): string[] {
  const encoded = [0, 1, 2].map((shift) =>
    // What stands before it and its ends share their signs with other bytes.
    Buffer.from(`${"x".repeat(shift)}${secret}`)
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [secret, encodeURIComponent(secret), ...encoded];
}
