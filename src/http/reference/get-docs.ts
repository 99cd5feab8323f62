import { randomBytes } from "node:crypto";
import type { RequestHandler } from "express";

/** Path of the readable description; its files are below it. */
export const DOCS_PATH = "/docs";

/**
 * The description of this service for people: Swagger UI, from this origin alone. Its own styles are
 * set on elements by its script, which is what `unsafe-inline` is for.
 */
export function getDocs(): RequestHandler {
  return (_request, response) => {
    const nonce = randomBytes(18).toString("base64url");
    response
      .set({
        "Content-Security-Policy": [
          "default-src 'none'",
          `script-src 'self' 'nonce-${nonce}'`,
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data:",
          "connect-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "form-action 'self'",
        ].join("; "),
      })
      .type("html")
      .send(page(nonce));
  };
}

function page(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Connect WhatsApp: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<noscript><p>This page needs JavaScript. The description itself is at <a href="/openapi.json">/openapi.json</a>.</p></noscript>
<script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
<script nonce="${nonce}">
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null, defaultModelsExpandDepth: 0 });
</script>
</body>
</html>
`;
}
