import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOverride,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { PROBLEMS, type ProblemCode } from "../../problems/catalogue.ts";
import { ProblemError } from "../../problems/problem-error.ts";
import { renderProblem } from "../../problems/render.ts";
import { VERSION } from "../../version.ts";
import { callbackOperations } from "../callback/operations.ts";
import { integrationOperations } from "../integrations/operations.ts";
import { signupOperations } from "../signup/operations.ts";
import { sessionOperations } from "../signup-sessions/operations.ts";
import { referenceOperations } from "../reference/operations.ts";
import { privacyOperations } from "../operator/privacy-operations.ts";
import { deskOperations } from "../operator/desk-operations.ts";
import { operatorOperations } from "../operator/operations.ts";
import { systemOperations } from "../system/operations.ts";
import { webhookOperations } from "../twilio-webhooks/operations.ts";
import { GUARD_PROBLEMS, TAGS, type Access, type Answer, type Operation } from "./operation.ts";
import { problemSchema } from "./problem-schema.ts";

const DESCRIPTION = `Connects the WhatsApp numbers of a SaaS's customers through Twilio.

Every answer that is none is a **problem** (RFC 9457): \`code\` says what happened, \`actor\` who has to act, \`action\` how. Texts come in Spanish, Portuguese and English, by \`Accept-Language\`. \`instance\` is the request id, which is in the service's log.

Lists are newest first; \`nextCursor\` leads to the next page. Times are ISO 8601 in UTC.`;

/** Every endpoint that is described, in the order of the document. */
export const OPERATIONS: readonly Operation[] = [
  ...sessionOperations,
  ...integrationOperations,
  ...callbackOperations,
  ...signupOperations,
  ...webhookOperations,
  ...systemOperations,
  ...operatorOperations,
  ...deskOperations,
  ...privacyOperations,
  ...referenceOperations,
];

const SECURITY: Readonly<Record<Access, Record<string, never[]>[]>> = {
  saas: [{ ownerToken: [] }],
  callback: [{ browserCookie: [] }, { ownerToken: [] }],
  page: [{ browserCookie: [] }],
  visitor: [],
  twilio: [{ twilioSignature: [] }],
  operator: [{ operatorToken: [] }],
  anybody: [],
};

/** The OpenAPI 3.1 document of the service at `publicUrl`. */
export function openApiDocument(publicUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of OPERATIONS) {
    const path = operation.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [operation.method]: operationObject(operation, publicUrl) };
  }
  const document = {
    openapi: "3.1.0",
    info: { title: "Connect WhatsApp", version: VERSION, description: DESCRIPTION },
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        ownerToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "Signed by the SaaS; `sub` names the owner, `exp` is required",
        },
        browserCookie: {
          type: "apiKey",
          in: "cookie",
          name: `${publicUrl.startsWith("https:") ? "__Host-" : ""}whatsapp_signup`,
        },
        operatorToken: {
          type: "http",
          scheme: "bearer",
          description: "A token of OPS_TOKEN; without that variable these endpoints do not exist",
        },
        twilioSignature: { type: "apiKey", in: "header", name: "X-Twilio-Signature" },
      },
    },
  } satisfies ZodOpenApiObject;
  return createDocument(document, { override: openForMore });
}

/** Answers may get further fields one day, and clients are to expect that. */
const openForMore: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (io === "output" && jsonSchema.additionalProperties === false) {
    delete jsonSchema.additionalProperties;
  }
};

function operationObject(operation: Operation, publicUrl: string): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, body, access } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    security: SECURITY[access],
    ...(params ? { requestParams: params } : {}),
    ...(body ? { requestBody: { content: contentObject(body), required: isRequired(body) } } : {}),
    responses: {
      ...answersOf(operation),
      ...problemsOf(operation, publicUrl),
    },
  };
}

/** A body may be left out where an empty one would do. */
function isRequired(body: NonNullable<Operation["body"]>): boolean {
  return Object.values(body).every(({ schema }) => !schema.safeParse({}).success);
}

function contentObject(content: NonNullable<Answer["content"]>) {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema, examples }]) => {
      const named = Object.entries(examples).map(([name, value]) => [name, { value }]);
      return [
        type,
        named.length > 0 ? { schema, examples: Object.fromEntries(named) } : { schema },
      ];
    }),
  );
}

function answersOf({ answers }: Operation): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, content, headers, leadsTo }]) => [
      status,
      {
        description,
        ...(content ? { content: contentObject(content) } : {}),
        ...(headers ? { headers } : {}),
        ...(leadsTo ? { links: linksOf(leadsTo) } : {}),
      },
    ]),
  );
}

function linksOf({ operations, id }: NonNullable<Answer["leadsTo"]>) {
  return Object.fromEntries(
    operations.map((operationId) => [
      operationId,
      { operationId, parameters: { id: `$response.body#/${id}` } },
    ]),
  );
}

/** What an operation can answer that is no answer, by status. */
function problemsOf(operation: Operation, publicUrl: string) {
  // An id that cannot be decoded is none.
  const ofPath: ProblemCode[] = operation.params?.path ? ["not_found"] : [];
  const all = [...operation.problems, ...ofPath, ...GUARD_PROBLEMS[operation.access]];
  const codes = [...new Set(all)];
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ofStatus = codes.filter((code) => PROBLEMS[code].status === status);
      return [status, problemResponse(operation.answers[status], ofStatus, publicUrl)];
    }),
  );
}

/** A status that pages use for their own reasons keeps the page beside the problem. */
function problemResponse(
  answer: Answer | undefined,
  codes: readonly ProblemCode[],
  publicUrl: string,
): ZodOpenApiResponseObject {
  const named = codes.map((code) => `\`${code}\``).join(", ");
  return {
    description: answer ? `${answer.description}; or ${named}` : named,
    content: {
      ...(answer?.content ? contentObject(answer.content) : {}),
      "application/problem+json": {
        schema: problemSchema,
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: exampleOf(code, publicUrl) }]),
        ),
      },
    },
  };
}

function exampleOf(code: ProblemCode, publicUrl: string) {
  const issues = [
    { path: "phoneNumber", code: "custom", message: "must be a phone number in E.164" },
  ];
  const problem = new ProblemError(code, {
    ...(code === "invalid_request" ? { issues } : {}),
    ...(code === "database_index_conflict" ? { index: "number_1" } : {}),
  });
  return renderProblem(problem, {
    locale: "en",
    instance: "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    publicUrl,
  });
}
