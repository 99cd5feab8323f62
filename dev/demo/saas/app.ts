import { fileURLToPath } from "node:url";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import type { Answer, Backend } from "./backend.ts";
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

function api(everybodys: Backend): express.Router {
  const router = express.Router();
  const answering =
    (ask: (backend: Backend, request: Request) => Promise<Answer>): RequestHandler =>
    async (request, response) =>
      send(response, await ask(everybodys.speaking(languageOf(request)), request));
  const one = ({ params }: Request) =>
    `/whatsapp/integrations/${encodeURIComponent(String(params.id))}`;
  router.post(
    "/connect",
    answering((backend, { body }) => backend.createSession(body as Record<string, unknown>)),
  );
  router.get(
    "/sessions/:id",
    answering((backend, { params }) => backend.readSession(String(params.id))),
  );
  router.get(
    "/integrations",
    answering((backend) => backend.call("GET", "/whatsapp/integrations")),
  );
  router.get(
    "/integrations/:id",
    answering((backend, request) => backend.call("GET", one(request))),
  );
  router.delete(
    "/integrations/:id",
    answering((backend, request) => backend.call("DELETE", one(request))),
  );
  for (const command of ["verification", "verification/resend", "retry"]) {
    router.post(
      `/integrations/:id/${command}`,
      answering((backend, request) =>
        backend.call("POST", `${one(request)}/${command}`, request.body),
      ),
    );
  }
  return router;
}

function send(response: Response, { status, body }: Answer): void {
  response.status(status).json(body);
}

/** Other sites cannot send this type without asking first, and nobody answers them. */
function jsonOnly(): RequestHandler {
  return (request, response, next) => {
    if (request.method === "GET" || request.is("json")) next();
    else response.status(415).end();
  };
}
