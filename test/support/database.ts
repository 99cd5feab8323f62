import { randomBytes } from "node:crypto";
import type { Connection } from "mongoose";
import { pino } from "pino";
import { connectDatabase } from "../../src/database/connect.ts";

/** A database of its own for one test file. */
export interface TestDatabase {
  connection: Connection;
  /** Its address, for a second connection or process. */
  uri: string;
  /** Removes all documents and indexes; the connection stays open. */
  drop(): Promise<void>;
  /** Drops the database and closes the connection. */
  close(): Promise<void>;
}

/** Opens a fresh, uniquely named database on the server that global-setup.ts started. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const uri = testDatabaseUri();
  const connection = await connectDatabase(uri, { logger: pino({ level: "silent" }) });
  const drop = () => connection.dropDatabase();
  return {
    connection,
    uri,
    drop,
    async close() {
      await drop();
      await connection.close();
    },
  };
}

function testDatabaseUri(): string {
  const server = process.env["TEST_MONGODB_URI"];
  if (!server) throw new Error("TEST_MONGODB_URI is not set: run the tests through jest");
  const uri = new URL(server);
  uri.pathname = `/test-${randomBytes(6).toString("hex")}`;
  return uri.href;
}
