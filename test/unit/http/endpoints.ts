import mongoose from "mongoose";
import { parseConfig } from "../../../src/config/config.ts";
import { buildDeps } from "../../../src/deps.ts";
import { DOCS_PATH } from "../../../src/http/reference/get-docs.ts";
import { SWAGGER_UI_FILES } from "../../../src/http/reference/swagger-ui.ts";
import { routes } from "../../../src/http/routes.ts";
import { createLogger } from "../../../src/logger.ts";
import { BROWSER_FILES_PATH, browserFiles } from "../../../src/pages/browser-script.ts";

const CONFIG = parseConfig({
  AUTH_JWT_SECRET: "0123456789abcdef0123456789abcdef",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token",
  FACEBOOK_BUSINESS_ID: "1000000000001",
  META_APP_ID: "1000000000002",
  META_CONFIG_ID: "1000000000003",
});

/** `METHOD path` of every endpoint of the service but the pages' static files. */
export function endpoints(): string[] {
  const { http } = buildDeps(CONFIG, {
    connection: mongoose.createConnection(),
    logger: createLogger("silent"),
  });
  const files = new Set([
    ...[...browserFiles.keys()].map((name) => `${BROWSER_FILES_PATH}${name}`),
    ...Object.keys(SWAGGER_UI_FILES).map((name) => `${DOCS_PATH}/${name}`),
  ]);
  return routes(http).stack.flatMap(({ route }) => {
    // The layer without a method answers 405.
    const method = route?.stack[0]?.method;
    if (!route || !method || files.has(route.path)) return [];
    return [`${method.toUpperCase()} ${route.path}`];
  });
}
