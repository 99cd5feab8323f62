import diagnosticsChannel from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { openApiDocument, OPERATIONS } from "../../src/http/openapi/document.ts";

/** What Node tells of each request that one of its servers gets. */
interface RequestStart {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Where the description is, for the validator. */
const ROOT = "openapi";
const document = closed(openApiDocument("http://service.example")) as Described;

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, DescribedResponse> }>>;
}
interface DescribedResponse {
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { "date-time": DATE_TIME, uri: (text: string) => URL.canParse(text) },
});
ajv.addSchema(document, ROOT);

const routes = OPERATIONS.map(({ method, path }) => ({
  method,
  path: path.replace(/:(\w+)/g, "{$1}"),
  // A trailing slash and another case are the callback's alone; the rest of the world is exact.
  pattern: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`),
}));

/**
 * Holds every answer of the service on a port against its own description, as long as it runs.
 * @param seen is told every body and all headers
 * @returns ends it, and throws where an answer was not as described
 */
export function watchAnswers(port: number, seen: (text: string) => void): () => void {
  // By what is wrong: one body shows it as well as a hundred.
  const violations = new Map<string, string>();
  const onStart = (message: unknown) => {
    const { request, response, server } = message as RequestStart;
    const address = server.address();
    if (typeof address !== "object" || address?.port !== port) return;
    collectBody(response, (body) => {
      seen(`${JSON.stringify(response.getHeaders())}\n${body}`);
      const violation = violationOf(request, response, body);
      if (violation) violations.set(violation, body.slice(0, 300));
    });
  };
  diagnosticsChannel.subscribe("http.server.request.start", onStart);
  return () => {
    diagnosticsChannel.unsubscribe("http.server.request.start", onStart);
    if (violations.size > 0) {
      const shown = [...violations].map(([violation, body]) => `${violation}: ${body}`);
      throw new Error(`answers are not as described:\n${shown.join("\n")}`);
    }
  };
}

function collectBody(response: ServerResponse, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  for (const name of ["write", "end"] as const) {
    const send = response[name].bind(response) as (...args: unknown[]) => never;
    response[name] = (...args: unknown[]) => {
      keep(args[0]);
      return send(...args);
    };
  }
  response.on("finish", () => done(Buffer.concat(chunks).toString()));
}

function violationOf(
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  body: string,
): string | undefined {
  const { statusCode: status } = response;
  const [path = ""] = url.split("?");
  // What HEAD and OPTIONS answer follows from the others; 405 is of methods that are not described.
  if (["HEAD", "OPTIONS"].includes(method) || status === 405) return undefined;
  const route = routes.find((one) => one.method === method.toLowerCase() && one.pattern.test(path));
  if (!route) return undefined;
  const about = `${method} ${route.path} ${status}`;
  const described = document.paths[route.path]?.[route.method]?.responses[String(status)];
  if (!described) return `${about}: no such status`;
  const [type = ""] = String(response.getHeader("content-type") ?? "").split(";");
  // What a redirect says for browsers that do not follow it is Express's own.
  if (status >= 300 && status < 400) return undefined;
  if (!described.content) return body === "" ? undefined : `${about}: no body is described`;
  const media = described.content[type];
  if (!media) return type === "" ? undefined : `${about}: no ${type} is described`;
  if (!type.includes("json")) return undefined;
  const value = JSON.parse(body) as { code?: string };
  const isProblem = type === "application/problem+json";
  if (isProblem && !Object.hasOwn(media.examples ?? {}, value.code ?? "")) {
    return `${about}: ${value.code} is not described`;
  }
  const pointer = ["paths", route.path, route.method, "responses", String(status), "content", type];
  const validate = validatorAt(pointer);
  if (validate(value)) return undefined;
  return `${about}: ${ajv.errorsText(validate.errors)}`;
}

/** The validator of a schema in the document. */
function validatorAt(path: readonly string[]): ValidateFunction {
  const pointer = [...path, "schema"]
    .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = ajv.getSchema(`${ROOT}#/${pointer}`);
  if (!validate) throw new Error(`no schema at ${pointer}`);
  return validate;
}

/** Objects with named properties have no others: clients may get more one day, tests may not. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [name, closed(part)]),
  );
  const isObject = copy.type === "object" && copy.properties && !("additionalProperties" in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
