/** Text that is HTML already and goes into a page as it is. */
export class SafeHtml {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

type HtmlValue = string | SafeHtml | readonly SafeHtml[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}

/** Template tag: every value that is not SafeHtml is escaped, undefined leaves nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const pieces = strings.map((piece, index) => piece + markupOf(values[index]));
  return new SafeHtml(pieces.join(""));
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) {
    return "";
  }
  if (typeof value === "string") {
    return escapeHtml(value);
  }
  return value instanceof SafeHtml ? value.toString() : value.join("");
}

const SCRIPT_ESCAPES: Readonly<Record<string, string>> = {
  "<": String.raw`\u003c`,
  ">": String.raw`\u003e`,
  "&": String.raw`\u0026`,
  "\u2028": String.raw`\u2028`,
  "\u2029": String.raw`\u2029`,
};

/**
 * JSON that may stand in a script element. HTML entities mean nothing there, so what could end the
 * element or open a comment in it is written as JSON escapes instead.
 */
export function jsonForScript(value: unknown): SafeHtml {
  const json = JSON.stringify(value);
  return new SafeHtml(
    json.replaceAll(/[<>&\u2028\u2029]/gu, (character) => SCRIPT_ESCAPES[character] ?? character),
  );
}

/** The address if a link may lead there: http and https only, so never `javascript:`. */
export function linkTarget(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) {
    return undefined;
  }
  const { protocol, href } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}
