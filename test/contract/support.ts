import { Ajv, type ValidateFunction } from "ajv";
import type { RecordedRequest } from "../../dev/simulator/http/request-log.ts";
import { OpenApi, type Operation, type Strictness, toJsonSchema } from "./openapi.ts";

type Request = Pick<RecordedRequest, "method" | "path" | "contentType" | "body">;

interface Answer {
  status: number;
  body: unknown;
}

const APIS = [
  new OpenApi("twilio-api-2010-04-01.json"),
  new OpenApi("twilio-messaging-v2.json"),
] as const;

/** Twilio's older API gives paths where its schema says `uri`. */
const FORMATS = {
  uri: (text: string) => URL.canParse(text, text.startsWith("/") ? "http://x" : undefined),
  "phone-number": /^\+[1-9]\d{6,14}$/,
  "date-time-rfc-2822": /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/,
  int64: true,
  "http-method": true,
  "uri-map": true,
  "phone-number-capabilities": true,
} as const;

/** Not in the schema; from https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
const ERROR_SCHEMA = {
  type: "object",
  required: ["code", "message", "more_info", "status"],
  additionalProperties: false,
  properties: {
    code: { type: "integer" },
    message: { type: "string", minLength: 1 },
    more_info: { type: "string", format: "uri" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    // The twilio package hands it on where it comes; in what structure, no page says.
    details: {},
  },
};
/** The newer shape of RFC 9457, as the twilio package reads it. */
const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "code"],
  additionalProperties: false,
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string", minLength: 1 },
    status: { type: "integer", minimum: 400, maximum: 599 },
    code: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["detail", "pointer"],
        properties: { detail: { type: "string" }, pointer: { type: "string" } },
      },
    },
  },
};

/**
 * Holds a request to Twilio against the published schema: path, query and body, where nothing
 * unknown may appear. Takes what the simulator recorded.
 * @throws Error that names what is wrong
 */
export function assertRequestMatches(request: Request): void {
  const { api, operation, params, query } = find(request);
  const given: Record<string, Record<string, string>> = { path: params, query };
  for (const part of ["path", "query"] as const) {
    const declared = operation.parameters.filter((parameter) => parameter.in === part);
    const schema = {
      type: "object",
      additionalProperties: false,
      required: declared.filter(({ required }) => required).map(({ name }) => name),
      properties: Object.fromEntries(declared.map(({ name, schema: one }) => [name, one])),
    };
    hold(`${part} of ${nameOf(operation)}`, api, "request", schema, given[part], true);
  }
  const mediaTypes = Object.keys(operation.requestBody);
  const [mediaType = ""] = (request.contentType ?? "").split(";");
  if (mediaTypes.length === 0) {
    if (request.body !== null) throw new Error(`${nameOf(operation)} takes no body`);
    return;
  }
  const schema = operation.requestBody[mediaType];
  if (schema === undefined) {
    throw new Error(`${nameOf(operation)} takes ${mediaTypes.join()}, not "${mediaType}"`);
  }
  const isForm = mediaType.endsWith("urlencoded");
  hold(`body of ${nameOf(operation)}`, api, "request", schema, request.body, isForm);
}

/**
 * Holds an answer of the simulator against the published schema, every known field included;
 * errors against Twilio's two error shapes.
 * @throws Error that names what is wrong
 */
export function assertAnswerMatches(request: Pick<Request, "method" | "path">, answer: Answer) {
  if (answer.status >= 400) {
    const isNewer = typeof answer.body === "object" && "title" in (answer.body ?? {});
    const [shape, schema] = isNewer ? ["problem", PROBLEM_SCHEMA] : ["error", ERROR_SCHEMA];
    // As a request's schema, since not every field is always there.
    hold(`${shape} ${answer.status}`, APIS[0], "request", schema, answer.body, false);
    if ((answer.body as Answer).status !== answer.status) throw new Error("status differs in body");
    return;
  }
  const { api, operation } = find(request);
  const status = String(answer.status);
  if (!(status in operation.answers)) {
    throw new Error(
      `${nameOf(operation)} answers ${Object.keys(operation.answers).join()}, not ${status}`,
    );
  }
  const schema = operation.answers[status];
  if (schema === undefined) {
    if (answer.body !== undefined) throw new Error(`${nameOf(operation)} answers without a body`);
    return;
  }
  hold(`answer ${status} of ${nameOf(operation)}`, api, "answer", schema, answer.body, false);
}

function find(request: Pick<Request, "method" | "path">) {
  const { pathname, searchParams } = new URL(request.path, "http://x");
  for (const api of APIS) {
    for (const operation of api.operations) {
      const params = pathParams(operation.path, pathname);
      if (operation.method !== request.method || params === undefined) continue;
      return { api, operation, params, query: Object.fromEntries(searchParams) };
    }
  }
  throw new Error(`Twilio's schema has no ${request.method} ${pathname}`);
}

function pathParams(template: string, pathname: string): Record<string, string> | undefined {
  const pattern = template
    .replace(/[.]/g, "\\.")
    .replace(/\{(\w+)\}/g, (_match, name: string) => `(?<${name}>[^/.]+)`);
  const match = new RegExp(`^${pattern}$`).exec(pathname);
  return match === null ? undefined : { ...match.groups };
}

const validators = new Map<string, ValidateFunction>();

function hold(
  what: string,
  api: OpenApi,
  strictness: Strictness,
  schema: object,
  value: unknown,
  coerce: boolean,
): void {
  const key = `${strictness} ${what}`;
  const validate = validators.get(key) ?? compile(api, strictness, schema, coerce);
  validators.set(key, validate);
  if (validate(structuredClone(value))) return;
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  throw new Error(`${what}: ${problems.join("; ")}`);
}

/** Query and form values are text, so they are read as what the schema wants. */
function compile(
  api: OpenApi,
  strictness: Strictness,
  schema: object,
  coerceTypes: boolean,
): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS, coerceTypes });
  const root = toJsonSchema(schema, strictness) as object;
  return ajv.compile({ ...root, components: { schemas: api.schemas(strictness) } });
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}
