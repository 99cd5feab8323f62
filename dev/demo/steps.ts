/** Column widths; a longer text pushes the rest on. */
const MS_WIDTH = 8;
const WHO_WIDTH = 9;
const WHAT_WIDTH = 48;

/** What happened, by whom and with which result, a line each, as it happens. */
export class Steps {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  title(text: string): void {
    this.#write(`\n${text}\n\n`);
  }

  /** Does something and says how it went and how long it took. */
  async run<T>(who: string, what: string, work: () => Promise<T>, told: (result: T) => string) {
    const from = performance.now();
    const result = await work();
    this.line(who, what, told(result), performance.now() - from);
    return result;
  }

  line(who: string, what: string, result: string, ms?: number): void {
    const duration = ms === undefined ? "" : `${Math.round(ms)} ms`;
    const columns = [duration.padStart(MS_WIDTH), who.padEnd(WHO_WIDTH), what.padEnd(WHAT_WIDTH)];
    this.#write(`${[...columns, result].join("  ").trimEnd()}\n`);
  }

  /** Something that takes a while. */
  note(text: string): void {
    this.#write(`${"".padStart(MS_WIDTH)}  ${text}\n`);
  }

  text(text: string): void {
    this.#write(`${text}\n`);
  }
}
