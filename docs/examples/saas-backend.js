import express from "express";
import { SignJWT } from "jose";

/** What the SaaS's page needs of its backend; `customerOf(request)` says who is logged in. */
export function whatsappRoutes({ serviceUrl, jwtSecret, customerOf }) {
  const router = express.Router();

  router.post("/api/whatsapp/session", express.json(), (request, response, next) => {
    const { name: displayName, phoneNumber } = customerOf(request);
    const wanted = { displayName, phoneNumber, locale: request.body?.locale };
    void send(response, next, call(request, "POST", "/whatsapp/create-signup-session", wanted));
  });

  router.get("/api/whatsapp/session/:id", (request, response, next) => {
    void send(response, next, readSession(request));
  });

  async function readSession(request) {
    const id = encodeURIComponent(request.params.id);
    const session = await call(request, "GET", `/whatsapp/signup-sessions/${id}`);
    const { status, integrationId } = session.body;
    if (status !== "completed" || !integrationId) return session;
    const { body: integration } = await call(
      request,
      "GET",
      `/whatsapp/integrations/${integrationId}`,
    );
    return { status: 200, body: { ...session.body, integration } };
  }

  // Only for a frontend that opens Meta's popup itself.
  router.post("/api/whatsapp/callback", express.json(), (request, response, next) => {
    void send(response, next, call(request, "POST", "/whatsapp/onboarding-callback", request.body));
  });

  /** Calls the service in the name of the customer. */
  async function call(request, method, path, body) {
    const { id, name } = customerOf(request);
    const token = await new SignJWT({ account_name: name })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(id)
      .setExpirationTime("5m")
      .sign(new TextEncoder().encode(jwtSecret));
    const answer = await fetch(new URL(path, serviceUrl), {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Language": request.get("Accept-Language") ?? "es",
      },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  return router;
}

/** Hands the service's answer on as it is, its refusals too. */
async function send(response, next, answer) {
  try {
    const { status, body } = await answer;
    response.status(status).json(body);
  } catch (error) {
    next(error);
  }
}
