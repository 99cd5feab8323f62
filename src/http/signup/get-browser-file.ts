import type { RequestHandler } from "express";
import { type ScriptName, scriptFile } from "../../pages/web-files.ts";

/** One of the page's static files; browsers ask again with the tag and mostly get a 304. */
export function getBrowserFile(name: ScriptName): RequestHandler {
  return sendFile(name, { "Cache-Control": "no-cache" });
}

/**
 * A file for the pages of any origin. Browsers keep it for an hour, and for a week more while they
 * ask in the background whether there is a newer one.
 */
export function getSharedFile(name: ScriptName): RequestHandler {
  return sendFile(name, {
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=604800",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
}

function sendFile(name: ScriptName, headers: Readonly<Record<string, string>>): RequestHandler {
  return (request, response) => {
    const file = scriptFile(name);
    response.set({
      "Content-Type": file.contentType,
      ETag: file.etag,
      Vary: "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    });
    if (request.fresh) response.status(304).end();
    else if (request.acceptsEncodings("gzip")) {
      response.set("Content-Encoding", "gzip").send(file.gzip);
    } else response.send(file.body);
  };
}
