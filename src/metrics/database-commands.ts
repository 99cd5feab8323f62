import type { Connection } from "mongoose";
import type { Metrics } from "./metrics.ts";

/** Measures every command of the connection's driver; to be called once, when it is open. */
export function measureCommands(connection: Connection, metrics: Metrics): void {
  const client = connection.getClient();
  client.on("commandSucceeded", ({ commandName, duration }) => {
    metrics.databaseAnswered(commandName, false, duration);
  });
  client.on("commandFailed", ({ commandName, duration }) => {
    metrics.databaseAnswered(commandName, true, duration);
  });
}
