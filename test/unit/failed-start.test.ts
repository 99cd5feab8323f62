import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/config.ts";
import { startFailure } from "../../src/failed-start.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("a start that fails", () => {
  test("names a taken port and the variable to set", async () => {
    const first = createServer().listen(0, "127.0.0.1");
    await once(first, "listening");
    const { port } = first.address() as AddressInfo;
    try {
      const second = createServer().listen(port, "127.0.0.1");
      const [error] = (await once(second, "error")) as [Error];
      expect(startFailure(error)).toBe(
        `Port ${port} is taken by another program. End it, or set PORT to a free one.`,
      );
    } finally {
      first.close();
    }
  });

  test("lists what is wrong with the configuration, a line each", () => {
    const lines = startFailure(thrownBy(() => parseConfig({ PORT: "none" }))).split("\n");
    expect(lines[0]).toBe("The configuration has to be corrected:");
    expect(lines.slice(1).some((line) => line.startsWith("  PORT "))).toBe(true);
    expect(lines.slice(1).some((line) => line.startsWith("  TWILIO_ACCOUNT_SID "))).toBe(true);
  });

  test("tells any other cause in its own words", () => {
    expect(startFailure(new Error("the disk is full"))).toBe(
      "The service could not start: the disk is full",
    );
    expect(startFailure("gone")).toBe("The service could not start: gone");
  });
});
