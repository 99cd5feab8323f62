import { config as loadDotenv } from "dotenv";
import { runDoctor } from "./run.ts";

loadDotenv({ quiet: true });
process.exitCode = await runDoctor(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
});
