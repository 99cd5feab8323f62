import type { RequestHandler } from "express";
import type { BrowserFile } from "../../pages/browser-script.ts";

/** One of the page's static files; browsers ask again with the tag and mostly get a 304. */
export function getBrowserFile(file: BrowserFile): RequestHandler {
  return sendFile(file, { "Cache-Control": "no-cache" });
}

/**
 * A file for the pages of any origin. Browsers keep it for an hour, and for a week more while they
 * ask in the background whether there is a newer one.
 */
export function getSharedFile(file: BrowserFile): RequestHandler {
  return sendFile(file, {
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=604800",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
}

function sendFile(file: BrowserFile, headers: Readonly<Record<string, string>>): RequestHandler {
  return (request, response) => {
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
