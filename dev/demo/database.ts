import { connectDatabase } from "../../src/database/connect.ts";
import {
  EmbeddedMongoInUseError,
  startEmbeddedMongo,
  type EmbeddedMongo,
} from "../../src/embedded-database/embedded.ts";
import { OURS } from "../../src/integrations/ours.ts";
import { createLogger, type Logger } from "../../src/logger.ts";

/** Not the directory of `npm run dev`, whose data the demo must neither see nor empty. */
const DATA_DIR = ".data/demo";
const DEMOS_AT_ONCE = 10;
const PREDECESSOR_LIMIT_MS = 2_000;

type Connection = Awaited<ReturnType<typeof connectDatabase>>;

/** A database of the demo's own, empty. */
export interface DemoDatabase {
  uri: string;
  /** What it is, for people. */
  kind: string;
  /** The Integration as MongoDB has it. */
  readIntegration(phoneNumber: string): Promise<Record<string, unknown> | null>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded database and empties it: the simulator forgets everything at its end, so what
 * an earlier demo has stored would be about numbers that are no more.
 * @param tell hears what takes long, such as the installation of a database
 */
export async function startDemoDatabase(tell: (note: string) => void): Promise<DemoDatabase> {
  const logger = createLogger("info", {
    write(line) {
      const { message, uri } = JSON.parse(line) as { message: string; uri?: string };
      // The line that has the address says what the demo says itself.
      if (uri === undefined) tell(message);
    },
  });
  const embedded = await startFree(logger);
  let connection: Connection | undefined;
  const stop = async () => {
    await connection?.close();
    await embedded.stop();
  };
  try {
    connection = await connectDatabase(embedded.uri, { logger: createLogger("silent") });
    await connection.dropDatabase();
  } catch (error) {
    await stop();
    throw error;
  }
  const integrations = connection.collection("integrations");
  return {
    uri: embedded.uri,
    kind: embedded.kind,
    readIntegration: (externalId) => integrations.findOne({ ...OURS, externalId }),
    stop,
  };
}

/** Another demo may run: then the next directory. */
async function startFree(logger: Logger): Promise<EmbeddedMongo> {
  for (let demo = 1; ; demo += 1) {
    try {
      return await startEmbeddedMongo({
        logger,
        dataDir: demo === 1 ? DATA_DIR : `${DATA_DIR}-${demo}`,
        predecessorLimitMs: PREDECESSOR_LIMIT_MS,
      });
    } catch (error) {
      if (!(error instanceof EmbeddedMongoInUseError) || demo === DEMOS_AT_ONCE) throw error;
    }
  }
}
