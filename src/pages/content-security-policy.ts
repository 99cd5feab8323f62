/** Frames and calls of Meta's SDK: its session check, its answers to the page, its own statistics. */
const META_ORIGINS = [
  "https://www.facebook.com",
  "https://web.facebook.com",
  "https://graph.facebook.com",
  "https://connect.facebook.net",
  "https://staticxx.facebook.com",
] as const;

/** What a page may load. */
export interface PagePolicy {
  /** Random per answer; the page's style element carries it. */
  readonly nonce: string;
  /** Origin of Meta's SDK; absent where the page opens no popup. */
  readonly sdkOrigin?: string | undefined;
  /** The brand's logo. */
  readonly logoUrl?: string | undefined;
  /**
   * A page of forms alone: it runs and fetches nothing, opens no window, and its posts name their
   * origin, which browsers leave out where no referrer is allowed at all.
   */
  readonly formsOnly?: boolean;
}

/** Value of the Content-Security-Policy header of one page. */
export function contentSecurityPolicy(policy: PagePolicy): string {
  const { nonce, sdkOrigin, logoUrl, formsOnly } = policy;
  const scripts = ["'self'", `'nonce-${nonce}'`];
  const images = ["'self'", "data:", ...(logoUrl === undefined ? [] : [sourceOf(logoUrl)])];
  const connects = ["'self'"];
  const frames: string[] = [];
  if (sdkOrigin !== undefined) {
    // The configured SDK may come from elsewhere and talks to its own host too.
    const origins = new Set([...META_ORIGINS, sdkOrigin]);
    scripts.push(sdkOrigin);
    connects.push(...origins);
    frames.push(...origins);
  }
  return [
    "default-src 'none'",
    `script-src ${formsOnly ? "'none'" : scripts.join(" ")}`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${images.join(" ")}`,
    `connect-src ${formsOnly ? "'none'" : connects.join(" ")}`,
    `frame-src ${frames.length > 0 ? frames.join(" ") : "'none'"}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

/** One address as a source: a query has no place in it, and what would end the source is encoded. */
function sourceOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname.replaceAll(";", "%3B").replaceAll(",", "%2C");
}

/** All headers that the pages are sent with. */
export function pageHeaders(policy: PagePolicy): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(policy),
    // A stricter value would cut the popup's way back to this page.
    "Cross-Origin-Opener-Policy": policy.formsOnly ? "same-origin" : "same-origin-allow-popups",
    "Referrer-Policy": policy.formsOnly ? "same-origin" : "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
}
