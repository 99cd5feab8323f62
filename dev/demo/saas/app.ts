import { fileURLToPath } from "node:url";
import express, { type Express, type RequestHandler } from "express";
import {
  ConnectWhatsAppError,
  type ConnectWhatsApp,
} from "../../../clients/typescript/connect-whatsapp.ts";
import type { Backend } from "./backend.ts";
import { type Language, languageOf, rememberLanguage } from "./language.ts";
import { renderFailure, renderHome, renderSuccess, type Choice } from "./pages.ts";

const BROWSER_FILES = fileURLToPath(new URL("browser/", import.meta.url));
const RETURN_PATH = "/dashboard/integrations/connect/whatsapp";
/** Where Twilio brings what people write to the connected numbers. */
export const INBOUND_PATH = "/inbound";

/** The SaaS in the demo: its page with the button, and the backend that the page talks to. */
export function createSaasApp(backend: Backend, choices: readonly Choice[]): Express {
  const app = express();
  const policy = policyFor(backend.serviceUrl);
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.set({ "Content-Security-Policy": policy, "Cache-Control": "no-store" });
    next();
  });
  app.use(rememberLanguage);
  const page = (path: string, render: (language: Language) => string) =>
    app.get(path, (request, response) => void response.send(render(languageOf(request))));
  page("/", (language) => renderHome(language, choices, backend));
  page(`${RETURN_PATH}/success`, renderSuccess);
  page(`${RETURN_PATH}/error`, renderFailure);
  for (const name of ["saas.js", "cards.js", "saas.css"]) {
    app.get(`/${name}`, (_request, response) => response.sendFile(name, { root: BROWSER_FILES }));
  }
  app.post(INBOUND_PATH, (_request, response) => response.status(204).end());
  app.use("/api", jsonOnly(), express.json(), api(backend));
  return app;
}

/** Nothing of others but the button's script. */
function policyFor(serviceUrl: string): string {
  return `default-src 'none'; script-src 'self' ${serviceUrl}; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;
}

/** The page's own endpoints; the service's refusals are handed on as they are. */
function api(backend: Backend): express.Router {
  const router = express.Router();
  const answering =
    (act: (service: ConnectWhatsApp, request: ApiRequest) => Promise<object>): RequestHandler =>
    async (request, response) => {
      const language = languageOf(request);
      const body = (request.body ?? {}) as never;
      const id = String(request.params.id);
      try {
        response.json(await act(backend.speaking(language), { id, body, language }));
      } catch (error) {
        if (!(error instanceof ConnectWhatsAppError)) throw error;
        response.status(error.problem.status).json(error.problem);
      }
    };
  router.post(
    "/connect",
    answering((service, { body, language }) =>
      service.createSignupSession({ ...(body as object), locale: language }),
    ),
  );
  router.get("/sessions/:id", answering(readSession));
  router.get(
    "/integrations",
    answering((service) => service.listIntegrations()),
  );
  router.get(
    "/integrations/:id",
    answering((service, { id }) => service.getIntegration(id)),
  );
  router.delete(
    "/integrations/:id",
    answering((service, { id }) => service.disconnectIntegration(id)),
  );
  router.post(
    "/integrations/:id/verification",
    answering((service, { id, body }) => service.submitVerificationCode(id, body)),
  );
  router.post(
    "/integrations/:id/verification/resend",
    answering((service, { id, body }) => service.resendVerificationCode(id, body)),
  );
  router.post(
    "/integrations/:id/retry",
    answering((service, { id, body }) => service.retryIntegration(id, body)),
  );
  return router;
}

interface ApiRequest {
  id: string;
  /** What the page sent; the service checks it. */
  body: never;
  language: Language;
}

/** A session and, once it is completed, its integration, as the button wants them. */
async function readSession(service: ConnectWhatsApp, { id }: ApiRequest): Promise<object> {
  const session = await service.getSignupSession(id);
  if (session.status !== "completed" || session.integrationId === undefined) return session;
  return { ...session, integration: await service.getIntegration(session.integrationId) };
}

/** Other sites cannot send this type without asking first, and nobody answers them. */
function jsonOnly(): RequestHandler {
  return (request, response, next) => {
    if (request.method === "GET" || request.is("json")) next();
    else response.status(415).end();
  };
}
