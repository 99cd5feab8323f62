import twilio from "twilio";

/**
 * Whether Twilio signed a webhook with this account's token: HMAC-SHA1 over the public URL and, for
 * a form, its sorted fields. For GET the fields are in the URL already and must not be given again.
 * @param url as Twilio called it, byte for byte
 */
export function isSignedByTwilio(
  authToken: string,
  signature: string,
  url: string,
  form: Record<string, unknown>,
): boolean {
  return twilio.validateRequest(authToken, signature, url, form);
}
