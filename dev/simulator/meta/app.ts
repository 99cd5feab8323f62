import { fileURLToPath } from "node:url";
import express, { type Express, type RequestHandler, type Router } from "express";
import { type Handler, isJson, type Json } from "../http/answer.ts";
import { bodyAsText, endpoint, type Side } from "../http/endpoint.ts";
import { accessToken, debugToken, type GraphDeps, readPhoneNumbers, readWaba } from "./graph.ts";
import { type Launch, launchProblem } from "./launch.ts";
import { popupPage, refusalPage } from "./popup-page.ts";
import type { SignupDeps } from "./signup.ts";

const BROWSER_FILES = fileURLToPath(new URL("../browser/", import.meta.url));

/** The popup's page may hold nothing but its own script and style. */
const POPUP_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'";

export interface MetaAppDeps {
  side: Side;
  graph: GraphDeps;
  signup: SignupDeps;
  /** The control calls under `/simulator`. */
  control: Router;
}

/** The SDK script, the popup and the Graph API on one origin. */
export function createMetaApp({ side, graph, signup, control }: MetaAppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.get(["/sdk.js", "/:locale/sdk.js"], sdkScript);
  app.get("/simulator/popup.js", browserFile("popup.js"));
  app.get("/simulator/popup.css", browserFile("popup.css"));
  app.use("/simulator", control);
  app.use(bodyAsText());
  app.get("/:version/dialog/oauth", popup(signup));

  const on = (operation: Parameters<typeof endpoint>[1], handle: Handler) =>
    endpoint(side, operation, handle);
  const token = on("graph.access_token", (call) => accessToken(graph, call));
  app.route("/:version/oauth/access_token").get(token).post(token);
  app.get(
    "/:version/debug_token",
    on("graph.debug_token", (call) => debugToken(graph, call)),
  );
  app.get(
    "/:version/:wabaId/phone_numbers",
    on("graph.phone_numbers", (call) => readPhoneNumbers(graph, call)),
  );
  app.get(
    "/:version/:wabaId",
    on("graph.waba", (call) => readWaba(graph, call)),
  );
  return app;
}

/** Loaded with `crossorigin` by pages of other origins. */
const sdkScript: RequestHandler = (_request, response) => {
  response.set({
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
  });
  response.sendFile("sdk.js", { root: BROWSER_FILES });
};

function browserFile(name: string): RequestHandler {
  return (_request, response) => response.sendFile(name, { root: BROWSER_FILES });
}

function popup({ store, rules }: SignupDeps): RequestHandler {
  return (request, response) => {
    const launch = readLaunch(request.query);
    const problem = launch === undefined ? "extras is not JSON" : launchProblem(launch, rules);
    response.set({ "Content-Security-Policy": POPUP_POLICY, "Cache-Control": "no-store" });
    response.type("html");
    if (launch === undefined || problem !== undefined) {
      response.status(400).send(refusalPage(problem ?? ""));
    } else response.send(popupPage(store, launch, textOf(request.query, "number")));
  };
}

function textOf(query: Json, name: string): string {
  return typeof query[name] === "string" ? query[name] : "";
}

function readLaunch(query: Json): Launch | undefined {
  const text = (name: string) => textOf(query, name);
  try {
    const extras: unknown = JSON.parse(text("extras"));
    if (!isJson(extras)) return undefined;
    return {
      appId: text("app_id"),
      configId: text("config_id"),
      extras,
      responseType: text("response_type"),
      overrideDefaultResponseType: text("override_default_response_type") === "true",
    };
  } catch {
    return undefined;
  }
}
