import { config as loadDotenv } from "dotenv";
import { runOps } from "./run.ts";

loadDotenv({ quiet: true });
process.exitCode = await runOps(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
