import type { SignupMessage, SignupResult } from "./types.ts";

/**
 * Whether a message from this origin can be Meta's. The parsed host is compared, since
 * "ends with facebook.com" would also let evilfacebook.com in.
 */
export function isTrustedOrigin(origin: string, exactOrigins: readonly string[]): boolean {
  if (exactOrigins.includes(origin)) return true;
  try {
    const { protocol, hostname, port } = new URL(origin);
    const isFacebook = hostname === "facebook.com" || hostname.endsWith(".facebook.com");
    return protocol === "https:" && port === "" && isFacebook;
  } catch {
    // The origin "null" of a sandboxed frame.
    return false;
  }
}

/** Meta's message about the signup, or undefined for any other of the many that its pages send. */
export function readMessage(data: unknown): SignupMessage | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const message = JSON.parse(data) as Partial<SignupMessage & { type: string }> | null;
    if (message?.type !== "WA_EMBEDDED_SIGNUP" || typeof message.event !== "string") {
      return undefined;
    }
    return { event: message.event, data: message.data ?? {} };
  } catch {
    return undefined;
  }
}

/**
 * What a message tells of the signup's result. FINISH_ONLY_WABA comes without a number, and an event
 * that is new to us may come on the way as well as at the end.
 * @returns undefined where it does not tell the WABA
 */
export function resultOf({ data }: SignupMessage): SignupResult | undefined {
  const wabaId = accountOf(data);
  if (wabaId === undefined) return undefined;
  const businessId = text(data.business_id);
  const phoneNumberId = text(data.phone_number_id);
  return {
    WhatsAppBusinessAccountId: wabaId,
    ...(businessId !== undefined && { FacebookBusinessId: businessId }),
    ...(phoneNumberId !== undefined && { phoneNumberId }),
  };
}

/**
 * The account that the message names. Newer ones name it in a list: of one entry it is the account, of
 * several nobody can say which.
 */
function accountOf({ waba_id, waba_ids, primary_waac_ids }: SignupMessage["data"]) {
  const single = text(waba_id);
  if (single !== undefined) return single;
  const [accounts, others] = [texts(waba_ids), texts(primary_waac_ids)];
  const named = accounts.length > 0 ? accounts : others;
  return named.length === 1 ? named[0] : undefined;
}

/** Each once. */
function texts(values: unknown): string[] {
  const all = Array.isArray(values) ? values.map(text).filter((one) => one !== undefined) : [];
  return [...new Set(all)];
}

/** A value of a message as text; undefined where it says nothing. */
export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
