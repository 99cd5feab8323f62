import { fileURLToPath } from "node:url";
import express, { type Express, type RequestHandler, type Response } from "express";
import type { Answer, Backend } from "./backend.ts";
import { renderFailure, renderHome, renderSuccess, type Choice } from "./pages.ts";

const BROWSER_FILES = fileURLToPath(new URL("browser/", import.meta.url));
const RETURN_PATH = "/dashboard/integrations/connect/whatsapp";

/** The SaaS in the demo: its page with the button, and the backend that the page talks to. */
export function createSaasApp(backend: Backend, choices: readonly Choice[]): Express {
  const app = express();
  const policy = policyFor(backend.serviceUrl);
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.set({ "Content-Security-Policy": policy, "Cache-Control": "no-store" });
    next();
  });
  app.get("/", (_request, response) => void response.send(renderHome(choices, backend)));
  app.get(`${RETURN_PATH}/success`, (_request, response) => void response.send(renderSuccess()));
  app.get(`${RETURN_PATH}/error`, (_request, response) => void response.send(renderFailure()));
  for (const name of ["saas.js", "cards.js", "saas.css"]) {
    app.get(`/${name}`, (_request, response) => response.sendFile(name, { root: BROWSER_FILES }));
  }
  app.use("/api", jsonOnly(), express.json(), api(backend));
  return app;
}

/** Nothing of others but the button's script. */
function policyFor(serviceUrl: string): string {
  return `default-src 'none'; script-src 'self' ${serviceUrl}; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;
}

function api(backend: Backend): express.Router {
  const router = express.Router();
  router.post("/connect", async ({ body }, response) => {
    send(response, await backend.createSession({ ...body, locale: "es" }));
  });
  router.get("/sessions/:id", async ({ params }, response) => {
    send(response, await backend.readSession(params.id));
  });
  router.get("/integrations", async (_request, response) => {
    send(response, await backend.call("GET", "/whatsapp/integrations"));
  });
  router.get("/integrations/:id", async ({ params }, response) => {
    send(response, await backend.call("GET", integrationPath(params.id)));
  });
  router.delete("/integrations/:id", async ({ params }, response) => {
    send(response, await backend.call("DELETE", integrationPath(params.id)));
  });
  for (const command of ["verification", "verification/resend", "retry"]) {
    router.post(`/integrations/:id/${command}`, async ({ params, body }, response) => {
      send(response, await backend.call("POST", `${integrationPath(params.id)}/${command}`, body));
    });
  }
  return router;
}

function integrationPath(id: string): string {
  return `/whatsapp/integrations/${encodeURIComponent(id)}`;
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
