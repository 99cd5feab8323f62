// Before "npm start": what is not built cannot be started.
import { existsSync } from "node:fs";

if (!existsSync(new URL("../dist/server.js", import.meta.url))) {
  console.error(
    'The service is not built yet: "npm run build" makes dist/. "npm run dev" needs no build.',
  );
  process.exitCode = 1;
}
