/** The paths that customers' browsers see. */
export const SIGNUP_PATH = "/whatsapp/signup";
export const CALLBACK_PATH = "/whatsapp/onboarding-callback";
export const RESULT_PATH = "/whatsapp/signup/result";

const URL_MAX_LENGTH = 2048;

/** `url` with the parameters set; its other parameters survive, same-named ones are replaced. */
export function withParameters(url: string, parameters: Record<string, string>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(parameters)) result.searchParams.set(name, value);
  return result.toString();
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
