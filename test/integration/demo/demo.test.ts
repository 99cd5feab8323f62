import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const MAIN = fileURLToPath(new URL("../../../dev/demo/main.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const LIMIT_MS = 60_000;

/** Runs the demo in a directory of its own, where it keeps its data. */
async function runDemo(args: string[], cwd: string, env: Record<string, string>) {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

describe("npm run demo -- --once", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "connect-whatsapp-demo-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test(
    "links a number, tells each step and ends with 0, also where its port is taken",
    async () => {
      const other = createServer().listen(0);
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;

      const { code, stdout, stderr } = await runDemo(["--once"], directory, {
        PORT: String(port),
        // A database that is configured for something else is not the demo's to empty.
        MONGODB_URI: "mongodb://127.0.0.1:1/not-this-one",
      });
      other.close();

      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toMatch(new RegExp(`http://localhost:${port}\\b`));
      const steps = [
        /^ +\d+ ms +MongoDB /,
        /^ +\d+ ms +Simulator /,
        /^ +\d+ ms +Service /,
        /POST \/whatsapp\/create-signup-session/,
        /GET +\/whatsapp\/signup\?… +200, a page that names Padaria da Ana/,
        /POST \/whatsapp\/signup\/start/,
        /Meta +popup.* FINISH/,
        /POST \/whatsapp\/onboarding-callback +pending/,
        /GET +\/dashboard\/integrations\/connect\/whatsapp\/success +200/,
        /POST \/2010-04-01\/Accounts.json +201/,
        /POST \/v2\/Channels\/Senders +202/,
        /GET +\/whatsapp\/integrations\/:id +linked/,
        /^ {2}externalId: '\+5511987654321',/,
        /^ {2}status: 'linked',/,
        /^ {4}wabaProof: 'meta',/,
        /^Linked after \d+\.\d s\.$/,
      ];
      const found = steps.map((step) => stdout.split("\n").findIndex((line) => step.test(line)));
      expect(found).not.toContain(-1);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
    },
    LIMIT_MS,
  );

  test("explains itself where it is called wrongly", async () => {
    const { code, stdout } = await runDemo(["--once"], directory, { PORT: "many" });

    expect(code).toBe(2);
    expect(stdout).toMatch(/^Usage: npm run demo/);
  });
});
