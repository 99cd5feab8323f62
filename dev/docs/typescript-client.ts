import { format, resolveConfig } from "prettier";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { CLIENT_CORE } from "./typescript-client-core.ts";
import { docComment, typeOf, type JsonSchema } from "./json-schema-types.ts";

/** Where the client is, from the root of the repository. */
export const TYPESCRIPT_CLIENT = "clients/typescript/connect-whatsapp.ts";

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema: JsonSchema;
}
interface Media {
  schema: JsonSchema;
}
interface DescribedOperation {
  operationId: string;
  summary: string;
  description?: string;
  security: object[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Described {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, JsonSchema> };
}

/**
 * The client of this service in one file without a dependency: its types and methods from the
 * description, what they have in common from `CLIENT_CORE`.
 */
export async function typescriptClient(): Promise<string> {
  const document = openApiDocument("http://service.example") as unknown as Described;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, { security, operationId }]) => {
        const isForTokens = JSON.stringify(security).includes("ownerToken");
        return isForTokens && !(method === "get" && operationId.startsWith("onboarding"));
      })
      .map(([method, operation]) => new ClientMethod(method, path, operation)),
  );
  const used = usedSchemas(document, operations.map(({ source }) => source).join("\n"));
  const text = [
    "// Made from the service's description by `npm run docs`; not to be edited. One file, no dependency:",
    "// copy it into your backend. Node runs it as it is from 22.18 on, and from 20 on under tsx or once",
    "// it is compiled: npx esbuild connect-whatsapp.ts --outfile=connect-whatsapp.js",
    ...used.map(([name, schema]) => namedType(name, schema)),
    ...operations.map(({ types }) => types),
    CLIENT_CORE.replace("/* METHODS */", () => operations.map(({ source }) => source).join("\n")),
  ].join("\n");
  const options = await resolveConfig(TYPESCRIPT_CLIENT);
  return format(text, { ...options, parser: "typescript" });
}

/** The named schemas that the methods mention, and those that these mention. */
function usedSchemas({ components }: Described, source: string): [string, JsonSchema][] {
  const names = new Set<string>(["Problem"]);
  let text = source;
  for (;;) {
    const found = Object.keys(components.schemas).filter(
      (name) => !names.has(name) && new RegExp(`\\b${name}\\b`).test(text),
    );
    for (const name of found) names.add(name);
    const next = [...names].map((name) => JSON.stringify(components.schemas[name])).join("\n");
    if (found.length === 0 && next === text) break;
    text = `${source}\n${next}`;
    if (found.length === 0) break;
  }
  return Object.entries(components.schemas).filter(([name]) => names.has(name));
}

function namedType(name: string, schema: JsonSchema): string {
  const comment = docComment(schema.description);
  if (schema.type === "object") return `${comment}export interface ${name} ${typeOf(schema)}\n`;
  return `${comment}export type ${name} = ${typeOf(schema)};\n`;
}

/** One operation as a method, with the types of what it is given. */
class ClientMethod {
  readonly types: string;
  readonly source: string;

  constructor(method: string, path: string, operation: DescribedOperation) {
    const {
      operationId,
      summary,
      description,
      parameters = [],
      requestBody,
      responses,
    } = operation;
    const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    const body = requestBody?.content["application/json"]?.schema;
    const query = parameters.filter((parameter) => parameter.in === "query");
    const isRepeatable = parameters.some((parameter) => parameter.in === "header");
    const answer = Object.values(responses).flatMap(({ content }) => {
      const schema = content?.["application/json"]?.schema;
      return schema ? [typeOf(schema)] : [];
    })[0];
    this.types = [
      body && `export interface ${name}Body ${typeOf({ ...body, type: "object" })}\n`,
      query.length > 0 && `export interface ${name}Query ${queryType(query)}\n`,
    ]
      .filter(Boolean)
      .join("\n");
    const ids = parameters.filter((parameter) => parameter.in === "path");
    const hasRequired = (body?.required?.length ?? 0) > 0;
    const given = [
      ...ids.map(({ name: id }) => `${id}: string`),
      ...(body ? [`body: ${name}Body${hasRequired ? "" : " = {}"}`] : []),
      ...(query.length > 0 ? [`query: ${name}Query = {}`] : []),
      "options: RequestOptions = {}",
    ];
    const url = path.replace(/\{(\w+)\}/g, (_match, id: string) => `\${encodeURIComponent(${id})}`);
    const parts = [
      `method: "${method.toUpperCase()}"`,
      `path: \`${url}\``,
      ...(body ? ["body"] : []),
      ...(query.length > 0 ? ["query"] : []),
      ...(isRepeatable ? ["isRepeatable: true"] : []),
    ];
    this.source = `
  /** ${summary}.${description ? ` ${description}` : ""} */
  ${operationId}(${given.join(", ")}): Promise<${answer ?? "void"}> {
    return this.#send<${answer ?? "void"}>({ ${parts.join(", ")} }, options);
  }`;
  }
}

function queryType(query: readonly Parameter[]): string {
  const properties = Object.fromEntries(query.map(({ name, schema }) => [name, schema]));
  return typeOf({ type: "object", properties });
}
