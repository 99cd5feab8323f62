import express from "express";
import { SignJWT } from "jose";
// One file without a dependency: copy it beside your own.
import {
  ConnectWhatsApp,
  ConnectWhatsAppError,
} from "../../clients/typescript/connect-whatsapp.ts";

/** What the SaaS's pages need of its backend; `customerOf(request)` says who is logged in. */
export function whatsappRoutes({ serviceUrl, jwtSecret, customerOf }) {
  const router = express.Router();

  // The button: makes a session, then asks how it goes. `integrationId` connects a number again.
  on("post", "/session", (service, { body, customer }) => {
    const { locale, integrationId } = body;
    const { id: reference, name: displayName, phoneNumber } = customer;
    if (integrationId) return service.createSignupSession({ integrationId, reference, locale });
    return service.createSignupSession({ displayName, phoneNumber, reference, locale });
  });
  on("get", "/session/:id", async (service, { id }) => {
    const session = await service.getSignupSession(id);
    if (session.status !== "completed" || !session.integrationId) return session;
    return { ...session, integration: await service.getIntegration(session.integrationId) };
  });

  // The customer's numbers, and what can be asked for each.
  on("get", "/numbers", (service) => service.listIntegrations({ limit: 100 }));
  on("get", "/numbers/:id", (service, { id }) => service.getIntegration(id));
  on("delete", "/numbers/:id", (service, { id }) => service.disconnectIntegration(id));
  on("post", "/numbers/:id/retry", (service, { id, body }) =>
    service.retryIntegration(id, { displayName: body.displayName }),
  );
  on("post", "/numbers/:id/code", (service, { id, body }) =>
    service.submitVerificationCode(id, { code: body.code }),
  );
  on("post", "/numbers/:id/new-code", (service, { id, body }) =>
    service.resendVerificationCode(id, { method: body.method }),
  );

  // Only for a frontend that opens Meta's popup itself.
  on("post", "/callback", (service, { body }) => service.onboardingCallback(body));

  /** Answers with what the service says in the name of the customer, its refusals too. */
  function on(method, path, act) {
    router[method](`/api/whatsapp${path}`, express.json(), async (request, response) => {
      const customer = customerOf(request);
      const { params, body = {} } = request;
      try {
        response.json(await act(serviceFor(request, customer), { id: params.id, body, customer }));
      } catch (error) {
        if (!(error instanceof ConnectWhatsAppError)) throw error;
        const { problem, retryAfterSeconds } = error;
        if (retryAfterSeconds) response.set("Retry-After", String(retryAfterSeconds));
        response.status(problem.status).json(problem);
      }
    });
  }

  function serviceFor(request, { id, name }) {
    const token = () =>
      new SignJWT({ account_name: name })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(id)
        .setExpirationTime("5m")
        .sign(new TextEncoder().encode(jwtSecret));
    const language = request.get("Accept-Language") ?? "es";
    return new ConnectWhatsApp({ baseUrl: serviceUrl, token, language });
  }

  return router;
}
