import type { RequestHandler } from "express";
import type { WebhookRequest } from "../../code-relay/twilio-webhooks.ts";

/** One of Twilio's webhooks, by GET or as a form: answers in TwiML. */
export function twilioWebhook(
  answer: (request: WebhookRequest) => Promise<string>,
): RequestHandler {
  return async (request, response) => {
    const isGet = request.method !== "POST";
    const given: unknown = isGet ? request.query : request.body;
    const twiml = await answer({
      originalUrl: request.originalUrl,
      signature: request.get("x-twilio-signature"),
      fields: typeof given === "object" && given !== null ? { ...given } : {},
      isGet,
    });
    response.type("text/xml").send(twiml);
  };
}
