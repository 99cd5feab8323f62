import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { parse } from "dotenv";
import { parseConfig } from "../../../src/config/config.ts";

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});

/** What `npm run simulator` runs, with nothing of this process's settings. */
function simulator(env: Record<string, string>) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "dev/simulator/main.ts"], {
    env: { PATH, HOME, ...env },
  });
  started.push(child);
  return child;
}

async function firstOutput({ stdout }: ChildProcess): Promise<string> {
  const [chunk] = (await once(stdout ?? process.stdin, "data")) as [Buffer];
  return chunk.toString();
}

describe("npm run simulator", () => {
  test("prints the variables with which the service starts as it is", async () => {
    const child = simulator({ SIM_TWILIO_PORT: "0", SIM_META_PORT: "0" });
    const variables = parse(await firstOutput(child));
    const config = parseConfig(variables);
    expect(config.twilio.partnerSolutionId).toBe(variables.TWILIO_PARTNER_SOLUTION_ID);
    for (const address of [
      `${variables.TWILIO_API_BASE_URL}/simulator/state`,
      `${variables.META_SDK_URL}`,
    ]) {
      expect((await fetch(address)).status).toBe(200);
    }
  });

  test("names the port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    try {
      const child = simulator({ SIM_TWILIO_PORT: port, SIM_META_PORT: "0" });
      let told = "";
      child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
      const [code] = (await once(child, "close")) as [number];
      expect({ code, told }).toEqual({
        code: 1,
        told: `The simulator could not start: Port ${port} is taken. Set SIM_TWILIO_PORT or SIM_META_PORT; 0 takes any free port.\n`,
      });
    } finally {
      other.close();
    }
  });

  test("says which setting is no port", async () => {
    const child = simulator({ SIM_META_PORT: "eighty" });
    let told = "";
    child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    await once(child, "close");
    expect(told).toContain(
      'SIM_META_PORT has to be a whole number from 0 to 65535, and is "eighty".',
    );
  });
});
