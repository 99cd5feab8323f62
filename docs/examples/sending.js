import express from "express";
import { ConnectWhatsApp } from "../../clients/typescript/connect-whatsapp.ts";
import { WhatsAppSending } from "../../clients/typescript/whatsapp-sending.ts";

/** What a backend does with connected numbers; `inbox` is yours: what came, and how it fared. */
export function messaging({ serviceUrl, tokenOf, twilioAccount, webhookUrl, inbox, options }) {
  const sending = new WhatsAppSending(twilioAccount, options);

  /** The customer's number as it is now. */
  async function numberOf(customerId, integrationId) {
    const service = new ConnectWhatsApp({ baseUrl: serviceUrl, token: () => tokenOf(customerId) });
    return await service.getIntegration(integrationId);
  }

  /** Greets somebody in the customer's name, by a template of the customer's account. */
  async function greet(customerId, integrationId, { to, contentSid, name }) {
    return await sending.send(await numberOf(customerId, integrationId), to, {
      contentSid,
      contentVariables: JSON.stringify({ 1: name }),
      statusCallback: `${webhookUrl}/status`,
    });
  }

  /** Answers somebody who has written within the last 24 hours, in free text. */
  async function answer(customerId, integrationId, { to, body }) {
    const number = await numberOf(customerId, integrationId);
    return await sending.send(number, to, { body, statusCallback: `${webhookUrl}/status` });
  }

  // SENDER_WEBHOOK_URL is `${webhookUrl}/inbound`, SENDER_STATUS_CALLBACK_URL `${webhookUrl}/status`.
  const webhooks = express.Router();
  webhooks.use(express.urlencoded({ extended: false }));
  // Express 5 hands a failure on to your error handler by itself.
  webhooks.post("/:what", (request, response) => take(request, response));

  async function take(request, response) {
    const { body: params } = request;
    const url = `${webhookUrl}${request.url}`;
    const signature = request.get("X-Twilio-Signature");
    if (!(await sending.isFromTwilio({ url, signature, params }))) {
      response.status(403).end();
      return;
    }
    // Whose account this is, your record of the integration says.
    const { AccountSid: subaccountSid, MessageSid: messageSid } = params;
    if (request.params.what === "inbound") {
      await inbox.received({ subaccountSid, messageSid, from: params.From, body: params.Body });
    } else {
      const { MessageStatus: status, ErrorCode: errorCode } = params;
      await inbox.told({ subaccountSid, messageSid, status, errorCode });
    }
    response.type("text/xml").send("<Response/>");
  }

  return { greet, answer, webhooks };
}
