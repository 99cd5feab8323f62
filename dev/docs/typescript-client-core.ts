/** What the methods of the client rest on; they are put where `METHODS` stands. */
export const CLIENT_CORE = `
/** An answer that is none: what happened, who has to act, and how. */
export class ConnectWhatsAppError extends Error {
  readonly problem: Problem;
  /** What \`Retry-After\` asks for. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(\`\${problem.code}: \${problem.detail}\`);
    this.name = "ConnectWhatsAppError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

export interface ClientSettings {
  /** The service's public origin, PUBLIC_URL. */
  baseUrl: string;
  /** A token of the owner in whose name you call: made anew for each request where it is a function. */
  token: string | (() => string | Promise<string>);
  /** How often a request is sent again whose answer was lost, or which is told to come again; 2. */
  retries?: number;
  /** Language of the texts where a request names none: \`es\`, \`pt\` or \`en\`. */
  language?: string;
  /** Instead of the global one. */
  fetch?: typeof fetch;
}

export interface RequestOptions {
  /** The same in each repeat of one request. Without it the client makes one for each call. */
  idempotencyKey?: string;
  language?: string;
  signal?: AbortSignal;
}

interface Asked {
  method: string;
  path: string;
  body?: object;
  query?: object;
  /** The service lets it take effect once for each key. */
  isRepeatable?: boolean;
}

/** The longest pause before a repeat, seconds. */
const LONGEST_PAUSE_S = 30;

/**
 * Calls the service in the name of one owner. Every method throws ConnectWhatsAppError where the
 * service refuses, and the error of fetch where it cannot be reached.
 */
export class ConnectWhatsApp {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

/* METHODS */

  /** Sends again only what is safe to repeat. */
  async #send<T>(asked: Asked, options: RequestOptions): Promise<T> {
    const isSafe = asked.method !== "POST" || asked.isRepeatable === true;
    const key = asked.isRepeatable ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
    for (let left = isSafe ? (this.#settings.retries ?? 2) : 0; ; left -= 1) {
      try {
        return await this.#sendOnce<T>(asked, options, key);
      } catch (error) {
        if (left <= 0 || options.signal?.aborted || !isPassing(error)) throw error;
        const seconds = error instanceof ConnectWhatsAppError ? (error.retryAfterSeconds ?? 1) : 1;
        if (seconds > LONGEST_PAUSE_S) throw error;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      }
    }
  }

  async #sendOnce<T>(asked: Asked, options: RequestOptions, key: string | undefined): Promise<T> {
    const { baseUrl, token, fetch: send = fetch } = this.#settings;
    const language = options.language ?? this.#settings.language;
    const url = new URL(asked.path, baseUrl);
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await send(url, {
      method: asked.method,
      headers: {
        Authorization: \`Bearer \${typeof token === "string" ? token : await token()}\`,
        Accept: "application/json",
        ...(language ? { "Accept-Language": language } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(asked.body ? { "Content-Type": "application/json" } : {}),
      },
      ...(asked.body ? { body: JSON.stringify(asked.body) } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (response.status === 204) return undefined as T;
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw new ConnectWhatsAppError(problemIn(text, response.status), secondsIn(response));
  }
}

/** What a proxy in front says is no problem of the service's, and is told as one. */
function problemIn(text: string, status: number): Problem {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.code === "string") return problem as Problem;
  } catch {
    // Not JSON.
  }
  return {
    type: "about:blank",
    title: "No answer of the service",
    status,
    detail: \`HTTP \${status} without a problem: \${text.slice(0, 200)}\`,
    instance: "",
    code: "internal_error",
    actor: "operator",
    action: "Look at what is between this client and the service.",
    customerAction: "",
    retryable: status >= 500,
    success: false,
    error: \`HTTP \${status}\`,
  };
}

function secondsIn(response: Response): number | undefined {
  const value = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** No answer at all, or one that asks to come again. */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectWhatsAppError
    ? error.problem.retryable
    : error instanceof TypeError;
}
`;
