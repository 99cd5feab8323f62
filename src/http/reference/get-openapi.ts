import type { RequestHandler } from "express";

/** The description of this service for programs; read and made when it is first asked for. */
export function getOpenApi({ publicUrl }: { publicUrl: string }): RequestHandler {
  let document: string | undefined;
  return async (_request, response) => {
    document ??= await describe(publicUrl);
    // Tools that run in a browser read it from other origins; there is no secret in it.
    response.set("Access-Control-Allow-Origin", "*").type("json").send(document);
  };
}

/** The start does not load what most processes never show. */
async function describe(publicUrl: string): Promise<string> {
  const { openApiDocument } = await import("../openapi/document.ts");
  return JSON.stringify(openApiDocument(publicUrl));
}
