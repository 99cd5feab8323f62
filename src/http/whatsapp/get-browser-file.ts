import type { RequestHandler } from "express";
import type { BrowserFile } from "../../pages/browser-script.ts";

/** One of the page's static files; browsers ask again with the tag and mostly get a 304. */
export function getBrowserFile(file: BrowserFile): RequestHandler {
  return (request, response) => {
    response.set({
      "Content-Type": file.contentType,
      "Cache-Control": "no-cache",
      ETag: file.etag,
      Vary: "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
    });
    if (request.fresh) response.status(304).end();
    else if (request.acceptsEncodings("gzip"))
      response.set("Content-Encoding", "gzip").send(file.gzip);
    else response.send(file.body);
  };
}
