import { describe, expect, test } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { openApiDocument, OPERATIONS } from "../../../src/http/openapi/document.ts";
import { TAGS } from "../../../src/http/openapi/operation.ts";
import { endpoints } from "./endpoints.ts";

interface Media {
  schema: object;
  examples?: Record<string, { value: unknown }>;
}
interface Described {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, DescribedOperation>>;
}
interface DescribedOperation {
  operationId: string;
  security: object[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

const ORIGIN = "https://connect.example.com";
const whole = openApiDocument(ORIGIN);
const document = whole as unknown as Described;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
/** Answers that are text for people, files or XML. */
const WITHOUT_EXAMPLE = /^text\/|^application\/x-www-form-urlencoded$/;

describe("the OpenAPI document", () => {
  test("is of version 3.1 and names this service", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: ORIGIN }]);
  });

  test("is OpenAPI as its own schema has it", async () => {
    const result = await new Validator().validate(structuredClone({ ...whole }));
    expect(result).toMatchObject({ valid: true });
  });

  test("describes every endpoint of the table of routes, and no other", () => {
    const described = operations.map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    );
    expect(described.toSorted()).toEqual(endpoints().toSorted());
  });

  test("says of each who may call, as the table does", () => {
    for (const { access, path, method } of OPERATIONS) {
      const { security } = document.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method] ?? {};
      const needsToken = JSON.stringify(security).includes("ownerToken");
      expect({ path, needsToken }).toEqual({
        path,
        needsToken: access === "saas" || access === "callback",
      });
    }
  });

  test("gives each operation a name of its own, and each tag an operation", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(OPERATIONS.map(({ tag }) => tag))).toEqual(new Set(Object.keys(TAGS)));
  });

  test("has an example for every body and every answer, each of them valid", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, "openapi");
    let examined = 0;
    for (const { path, method, operation } of operations) {
      const bodies = Object.entries(operation.requestBody?.content ?? {});
      const answers = Object.values(operation.responses).flatMap(({ content }) =>
        Object.entries(content ?? {}),
      );
      for (const [type, { schema, examples }] of [...bodies, ...answers]) {
        if (WITHOUT_EXAMPLE.test(type) || path === "/openapi.json") continue;
        const named = Object.entries(examples ?? {});
        expect({ path, method, type, examples: named.length }).not.toMatchObject({ examples: 0 });
        const validate = ajv.compile(rooted(schema));
        for (const [name, { value }] of named) {
          examined += 1;
          const isValid = validate(value);
          expect({ path, name, isValid, errors: validate.errors }).toMatchObject({ isValid: true });
        }
      }
    }
    expect(examined).toBeGreaterThan(200);
  });
});

/** References lead into the document. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')) as object;
}
