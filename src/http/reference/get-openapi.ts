import type { RequestHandler } from "express";
import { openApiDocument } from "../openapi/document.ts";

/** The description of this service for programs; made at the first request. */
export function getOpenApi({ publicUrl }: { publicUrl: string }): RequestHandler {
  let document: string | undefined;
  return (_request, response) => {
    document ??= JSON.stringify(openApiDocument(publicUrl));
    // Tools that run in a browser read it from other origins; there is no secret in it.
    response.set("Access-Control-Allow-Origin", "*").type("json").send(document);
  };
}
