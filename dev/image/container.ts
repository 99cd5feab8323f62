import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../src/embedded-database/free-port.ts";
import type { Stage } from "./stages.ts";

/** The user `node` of Node's images. */
const NODE_UID = 1000;

/** Nobody answers there: what is asked of Twilio and Meta stays on this machine. */
const NOBODY = "https://127.0.0.1:9";

/** What docs/deploy-railway.md says has to be set, with values that nobody else takes. */
function environment(port: number, mongodbUri: string): Record<string, string> {
  return {
    PORT: String(port),
    PUBLIC_URL: NOBODY,
    MONGODB_URI: mongodbUri,
    AUTH_JWT_SECRET: "0f5c2b1e-not-a-secret-of-anybody-9a7d4e63",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(31)}1`,
    TWILIO_AUTH_TOKEN: "not-a-token",
    TWILIO_PARTNER_SOLUTION_ID: "300000000000003",
    FACEBOOK_BUSINESS_ID: "400000000000004",
    META_APP_ID: "100000000000001",
    META_CONFIG_ID: "200000000000002",
    META_APP_SECRET: "not-a-secret",
    TWILIO_API_BASE_URL: NOBODY,
    TWILIO_MESSAGING_BASE_URL: NOBODY,
    META_GRAPH_BASE_URL: NOBODY,
  };
}

/** A command in the image: in its folder, with its variables and no others, and not as root. */
function inside({ root, workdir, env }: Stage, more: Record<string, string>): SpawnOptions {
  return {
    cwd: join(root, workdir),
    env: { PATH: process.env["PATH"], ...env, ...more },
    ...(process.getuid?.() === 0 ? { uid: NODE_UID, gid: NODE_UID } : {}),
  };
}

async function expectAnswer(url: string, holds: (body: Record<string, unknown>) => boolean) {
  const answer = await fetch(url);
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok || !holds(body)) {
    throw new Error(`${url} answered ${answer.status} ${JSON.stringify(body)}`);
  }
  return `${answer.status} ${JSON.stringify(body)}`;
}

/**
 * Starts the image's CMD in production, asks /health and /ready, runs its HEALTHCHECK and the doctor,
 * and ends it as a platform does.
 * @throws at the first that is not as it should be
 */
export async function tryOut(
  image: Stage,
  mongodbUri: string,
  tell: (line: string) => void,
): Promise<void> {
  const port = await freePort();
  const options = inside(image, environment(port, mongodbUri));
  const [program = "", ...args] = image.command;
  const service = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const started = new Promise<void>((resolve, reject) => {
    createInterface({ input: service.stdout }).on("line", (line) => {
      lines.push(line);
      if (line.includes('"service_started"')) resolve();
    });
    service.once("error", reject);
    service.once("exit", () => reject(new Error(`CMD ended:\n${lines.join("\n")}`)));
  });
  try {
    await started;
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const commit = image.env["GIT_COMMIT"];
    tell(`/health ${await expectAnswer(at("/health"), (body) => body["commit"] === commit)}`);
    tell(`/ready ${await expectAnswer(at("/ready"), (body) => body["status"] === "ready")}`);
    const { status } = runIn(options, image.healthcheck);
    if (status !== 0) throw new Error(`HEALTHCHECK ended with ${status}.`);
    tell("HEALTHCHECK healthy");
    tell(`doctor: ${doctor(options)}`);
    service.kill("SIGTERM");
    const [code] = (await once(service, "exit")) as [number | null];
    if (code !== 0) throw new Error(`SIGTERM ended it with ${code}:\n${lines.join("\n")}`);
    tell("SIGTERM ended it in order");
  } finally {
    service.kill("SIGKILL");
  }
}

function runIn(options: SpawnOptions, [program = "", ...args]: string[]) {
  const done = spawnSync(program, args, { ...options, encoding: "utf8" });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

/** Twilio and Meta are out of reach, so it finds faults; it has to have looked at the database. */
function doctor(options: SpawnOptions): string {
  const { output } = runIn(options, ["node", "scripts/run.js", "doctor"]);
  const [line] = /^ok +mongodb write and read.*$/m.exec(output) ?? [];
  if (line === undefined) throw new Error(`The doctor does not run in the image:\n${output}`);
  return line;
}
