import type { Logger } from "pino";

/** Which of the three ways runs. */
export type EmbeddedKind = "mongod" | "memory-server" | "secantusdb";

/** The command line of a database that shall listen on 127.0.0.1:`port`. */
export type Launch = (port: number, storagePath: string) => { command: string; args: string[] };

/** What a way may look at. */
export interface FindContext {
  logger: Logger;
  env: NodeJS.ProcessEnv;
  dataDir: string;
  /** Ends whatever is run to find it. */
  signal?: AbortSignal | undefined;
}

/** Makes one way ready to start; rejects with the reason when it cannot be had here. */
export type FindDatabase = (context: FindContext) => Promise<Launch>;
