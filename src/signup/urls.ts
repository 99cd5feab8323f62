/** The paths that customers' browsers see. */
export const SIGNUP_PATH = "/whatsapp/signup";
export const CALLBACK_PATH = "/whatsapp/onboarding-callback";
export const RESULT_PATH = "/whatsapp/signup/result";

/** The service's page that shows a completed session's registration live to its browser. */
export function statusUrl(publicUrl: string, sessionId: string): string {
  return `${publicUrl}${RESULT_PATH}?session=${sessionId}`;
}

const URL_MAX_LENGTH = 2048;

/**
 * `url` with the parameters set; its other parameters survive to the letter, whatever their
 * encoding, and same-named ones are replaced.
 */
export function withParameters(url: string, parameters: Record<string, string>): string {
  const result = new URL(url);
  const toSet = new Map(Object.entries(parameters));
  const parts = result.search
    .slice(1)
    .split("&")
    .filter(Boolean)
    .flatMap((part) => {
      const name = nameIn(part);
      if (!Object.hasOwn(parameters, name)) return [part];
      const value = toSet.get(name);
      toSet.delete(name);
      return value === undefined ? [] : [pair(name, value)];
    });
  result.search = [...parts, ...[...toSet].map(([name, value]) => pair(name, value))].join("&");
  return result.toString();
}

function pair(name: string, value: string): string {
  return new URLSearchParams({ [name]: value }).toString();
}

/** The name of one raw `name=value`, as its reader will understand it. */
function nameIn(part: string): string {
  const [name] = new URLSearchParams(part).keys();
  return name ?? "";
}

/**
 * Whether the browser may be sent to `candidate`: an http(s) URL of one of these origins, compared
 * as parsed origins. Addresses with credentials, backslashes or control characters, or without
 * exactly two slashes before the host, which people and parsers read differently, are refused.
 */
export function isAllowedReturnUrl(candidate: string, allowedOrigins: readonly string[]): boolean {
  if (candidate.length > URL_MAX_LENGTH || /[\p{Cc}\s\\]/u.test(candidate)) return false;
  if (!/^https?:\/\/[^/]/i.test(candidate) || !URL.canParse(candidate)) return false;
  const url = new URL(candidate);
  return url.username === "" && url.password === "" && allowedOrigins.includes(url.origin);
}
