const TIME_LIMIT_MS = 10_000;

/** A page or an answer that the browser got. */
export interface Visit {
  status: number;
  text: string;
}

/** What a browser adds to a request: its cookies by host, and where the request comes from. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Opens an address, as by a link. */
  get(url: string): Promise<Visit> {
    return this.#send(url, { headers: { Accept: "text/html" } });
  }

  /** Calls the page's own server, as the page's script does. */
  async post<T>(url: string, body: Record<string, unknown>): Promise<T> {
    const { status, text } = await this.#send(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        Origin: new URL(url).origin,
        "Sec-Fetch-Site": "same-origin",
      },
      body: JSON.stringify(body),
    });
    if (status >= 300) throw new Error(`POST ${url} was answered with ${status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async #send(
    url: string,
    { headers, ...init }: { headers: Record<string, string>; method?: string; body?: string },
  ): Promise<Visit> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      headers: { ...headers, ...(cookie ? { Cookie: cookie } : {}) },
      redirect: "manual",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    this.#cookies.set(host, jar);
    return { status: response.status, text: await response.text() };
  }
}
