/** What is sent, as `fetch` takes it. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What an endpoint answered; `body` is undefined where it was no JSON. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks an endpoint for JSON. Problems come in the page's language, which need not be the browser's.
 * @param limitMs after this it counts as silent
 * @throws what `fetch` throws where no answer came
 */
export async function exchange(url: string, sent: Sent, limitMs: number): Promise<Answer> {
  const { lang } = document.documentElement;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    const response = await fetch(url, {
      ...sent,
      headers: {
        Accept: "application/json",
        ...(lang && { "Accept-Language": lang }),
        ...sent.headers,
      },
      credentials: "same-origin",
      signal: limit.signal,
    });
    const body: unknown = await response.json().catch(() => undefined);
    return { ok: response.ok, status: response.status, body };
  } finally {
    clearTimeout(timer);
  }
}

/** A POST of JSON. */
export function jsonPost(body: unknown): Sent {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}
