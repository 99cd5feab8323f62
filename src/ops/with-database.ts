import { EmbeddedMongoInUseError, startEmbeddedMongo } from "../embedded-database/embedded.ts";
import type { Logger } from "../logger.ts";

/** The configured database, else the embedded one, which a running service shares. */
export async function withDatabase(
  configured: string | undefined,
  logger: Logger,
  use: (uri: string) => Promise<void>,
): Promise<void> {
  if (configured) return use(configured);
  try {
    const embedded = await startEmbeddedMongo({ logger, predecessorLimitMs: 0 });
    try {
      return await use(embedded.uri);
    } finally {
      await embedded.stop();
    }
  } catch (error) {
    if (error instanceof EmbeddedMongoInUseError && error.uri) return use(error.uri);
    throw error;
  }
}
