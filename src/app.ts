import express, { type Express } from "express";
import helmet from "helmet";
import { accessLog } from "./http/middleware/access-log.ts";
import type { HttpDeps } from "./http/http-deps.ts";
import { problemHandler } from "./http/middleware/problem-handler.ts";
import { requestIds } from "./http/middleware/request-context.ts";
import { routes } from "./http/routes.ts";
import { refuseWhileStarting } from "./http/while-starting.ts";
import { ProblemError } from "./problems/problem-error.ts";

export { createHttpServer, type ServerLimits } from "./http/http-server.ts";

/** None of our pages uses any of these, nor does what they open. */
const PERMISSIONS_POLICY =
  "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

/** The HTTP side of the service. It listens to nothing and starts nothing. */
export function createApp(deps: HttpDeps): Express {
  const app = express();
  app.set("trust proxy", deps.trustProxy);
  app.set("query parser", "simple");
  app.set("etag", false);
  app.disable("x-powered-by");
  app.use(requestIds(), accessLog(deps.logger, deps.metrics));
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] },
        useDefaults: false,
      },
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: { policy: "same-site" },
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: deps.production,
    }),
  );
  app.use((_request, response, next) => {
    // The few answers that may be kept say so themselves.
    response.set({ "Cache-Control": "no-store", "Permissions-Policy": PERMISSIONS_POLICY });
    next();
  });
  app.use(refuseWhileStarting(deps));
  app.use(routes(deps));
  app.use(() => {
    throw new ProblemError("not_found");
  });
  app.use(problemHandler(deps));
  return app;
}
