import type { RequestHandler } from "express";
import { type BrowserFile, type ScriptName, scriptFile } from "../../pages/web-files.ts";

/** One of the page's static files; browsers ask again with the tag and mostly get a 304. */
export function getBrowserFile(name: ScriptName): RequestHandler {
  return serveFile(() => scriptFile(name));
}

/**
 * A file for the pages of any origin. Browsers keep it for an hour, and for a week more while they
 * ask in the background whether there is a newer one.
 */
export function getSharedFile(name: ScriptName): RequestHandler {
  return serveFile(() => scriptFile(name), {
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=604800",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
}

/**
 * Serves a file with its tag. @param read gives the file, at each request
 * @param headers over those of a file that is asked for again each time
 */
export function serveFile(
  read: () => BrowserFile,
  headers: Readonly<Record<string, string>> = {},
): RequestHandler {
  return (request, response) => {
    const file = read();
    response.set({
      "Content-Type": file.contentType,
      ETag: file.etag,
      Vary: "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-cache",
      ...headers,
    });
    if (request.fresh) response.status(304).end();
    else if (request.acceptsEncodings("gzip")) {
      response.set("Content-Encoding", "gzip").send(file.gzip);
    } else response.send(file.body);
  };
}
