import { pino } from "pino";
import { startEmbeddedMongo } from "../../../src/embedded-database/embedded.ts";

// A service that a test can kill: starts the database on the given directory and stays.
const dataDir = process.argv[2] ?? "";
const { uri } = await startEmbeddedMongo({ dataDir, logger: pino({ level: "silent" }) });
process.stdout.write(`${uri}\n`);
