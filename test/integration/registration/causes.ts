import type { Integration } from "../../../src/integrations/integration.ts";
import type { LogLine, TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

/** The owner's one integration, as the operator reads it. */
export async function stored(service: TestService, userId: string): Promise<Integration> {
  const found = await service.database.connection
    .collection<Integration>("integrations")
    .findOne({ userId });
  if (!found) throw new Error("no integration");
  return found;
}

/** A line about an integration; the document is written before it. */
export async function lineOf(
  service: TestService,
  integrationId: string,
  fits: (line: LogLine) => boolean,
): Promise<LogLine> {
  const lines = await eventually(
    () =>
      Promise.resolve(
        service.log.filter((line) => line.integrationId === integrationId && fits(line)),
      ),
    (found) => found.length > 0,
  );
  return lines[0] ?? { message: "" };
}
