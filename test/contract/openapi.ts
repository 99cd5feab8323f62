import { readFileSync } from "node:fs";

type Json = Record<string, unknown>;

/**
 * How strictly a schema holds. The published one makes almost nothing required and forbids nothing;
 * - `request`: nothing beyond the known fields, so that a misspelt or camelCase name shows;
 * - `answer`: besides, every known field is there.
 */
export type Strictness = "request" | "answer";

/** One operation of a published API. */
export interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: Json }[];
  /** By media type. */
  requestBody: Record<string, Json>;
  /** By status; absent for an answer without a body. */
  answers: Record<string, Json | undefined>;
}

/** Later than the copied schema of April 2026, taken from twilio's package 6.2.0. */
const LATER_FIELDS: Readonly<Record<string, Json>> = {
  "messaging.v2.channels_sender_response": { friendly_name: { type: "string", nullable: true } },
};

export class OpenApi {
  readonly operations: Operation[];
  readonly #schemas: Record<string, Json>;

  constructor(file: string) {
    const document = JSON.parse(
      readFileSync(new URL(`./schema/${file}`, import.meta.url), "utf8"),
    ) as {
      paths: Record<string, Record<string, Json>>;
      components: { schemas: typeof LATER_FIELDS };
    };
    this.#schemas = structuredClone(document.components.schemas) as Record<string, Json>;
    for (const [name, fields] of Object.entries(LATER_FIELDS)) {
      const schema = this.#schemas[name];
      if (schema !== undefined) schema.properties = { ...object(schema.properties), ...fields };
    }
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) =>
        readOperation(path, method.toUpperCase(), operation),
      ),
    );
  }

  /** The named schemas, for `#/components/schemas/…`. */
  schemas(strictness: Strictness): Record<string, Json> {
    return Object.fromEntries(
      Object.entries(this.#schemas).map(([name, schema]) => [
        name,
        toJsonSchema(schema, strictness) as Json,
      ]),
    );
  }
}

function readOperation(path: string, method: string, operation: Json): Operation {
  const { content } = object(operation.requestBody);
  const answers = Object.entries(object(operation.responses)).map(([status, answer]) => [
    status,
    mediaSchemas(object(answer).content)["application/json"],
  ]);
  return {
    method,
    path,
    parameters: (operation.parameters ?? []) as Operation["parameters"],
    requestBody: mediaSchemas(content),
    answers: Object.fromEntries(answers) as Operation["answers"],
  };
}

function mediaSchemas(content: unknown): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(object(content)).map(([type, media]) => [type, object(object(media).schema)]),
  );
}

/** OpenAPI 3.0 to JSON schema: `nullable` becomes a type, and objects get as strict as asked for. */
export function toJsonSchema(node: unknown, strictness: Strictness): unknown {
  if (Array.isArray(node)) return node.map((item) => toJsonSchema(item, strictness));
  if (typeof node !== "object" || node === null) return node;
  const { nullable, ...rest } = node as Json;
  const schema: Json = { ...rest };
  for (const key of ["items", "allOf", "anyOf", "oneOf"]) {
    if (key in schema) schema[key] = toJsonSchema(schema[key], strictness);
  }
  if (schema.properties !== undefined) {
    const properties = Object.entries(object(schema.properties));
    schema.properties = Object.fromEntries(
      properties.map(([name, property]) => [name, toJsonSchema(property, strictness)]),
    );
    schema.additionalProperties = false;
    if (strictness === "answer") schema.required = properties.map(([name]) => name);
  }
  return nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
