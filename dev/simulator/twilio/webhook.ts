import { createHmac } from "node:crypto";

/** What a webhook of the service answered. */
export interface WebhookAnswer {
  status: number;
  body: string;
}

const TIMEOUT_MS = 15_000;

/**
 * Calls a webhook as Twilio does: form-encoded, signed with the account's token over the address
 * and the sorted fields. https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export async function callWebhook(
  url: string,
  method: string,
  authToken: string,
  fields: Readonly<Record<string, string>>,
): Promise<WebhookAnswer> {
  const form = new URLSearchParams(fields);
  const address = new URL(url);
  if (method === "GET") {
    for (const [name, value] of form) address.searchParams.append(name, value);
  }
  const signed = method === "GET" ? {} : fields;
  const answer = await fetch(address, {
    method,
    headers: { "X-Twilio-Signature": signature(authToken, address.href, signed) },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(method === "GET" ? {} : { body: form }),
  });
  return { status: answer.status, body: await answer.text() };
}

function signature(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): string {
  const sorted = Object.keys(fields).toSorted();
  const text = sorted.reduce((signed, name) => `${signed}${name}${fields[name]}`, url);
  return createHmac("sha1", authToken).update(text).digest("base64");
}
