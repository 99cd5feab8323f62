import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SignJWT } from "jose";
import { ConnectWhatsApp } from "../../clients/typescript/connect-whatsapp.ts";
import { parseConfig } from "../../src/config/config.ts";
import { createLogger } from "../../src/logger.ts";
import { startService } from "../../src/service.ts";
import { startDemoDatabase } from "../demo/database.ts";
import { ACCOUNTS, demoEnvironment } from "../demo/environment.ts";
import { usablePort } from "../demo/ports.ts";
import { startSimulator } from "../simulator/simulator.ts";

/**
 * Holds the running service against its own description with requests that nobody thought of:
 * schemathesis makes them of /openapi.json, valid and broken ones, and follows what one answer gives to
 * the next request. FUZZ_EXAMPLES says how many for each operation, FUZZ_SEED repeats a run.
 */
const VERSION = "4.32.5";
const EXAMPLES = process.env.FUZZ_EXAMPLES ?? "50";
const SEED = process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 1_000_000));
const PYTHON_NAMES = ["python3.13", "python3.12", "python3.11", "python3.10", "python3"];
/** Longer than a run, and not for ever. */
const TOKEN_LIFE = "6h";

const OPS_TOKEN = "the-fuzzer-as-operator-0123456789abcdef";

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Schemathesis in a virtual environment of this checkout. @returns its command */
function schemathesis(): string {
  const venv = join(".data", `schemathesis-${VERSION}`);
  const command = join(venv, "bin", "schemathesis");
  if (existsSync(command)) return command;
  const python = PYTHON_NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!python) throw new Error("npm run fuzz needs Python 3.10 or newer on the PATH");
  say(`Installing schemathesis ${VERSION} from PyPI, once …`);
  for (const [program, ...args] of [
    [python, "-m", "venv", venv],
    [join(venv, "bin", "python"), "-m", "pip", "install", "-q", `schemathesis==${VERSION}`],
  ] as [string, ...string[]][]) {
    if (spawnSync(program, args, { stdio: "inherit" }).status !== 0) {
      throw new Error(`${program} ${args.join(" ")} failed`);
    }
  }
  return command;
}

const command = schemathesis();
const database = await startDemoDatabase(say);
const simulator = await startSimulator({ ...ACCOUNTS, onlineAfterMs: 100 });
const port = await usablePort(0);
const env = demoEnvironment({
  port,
  mongodbUri: database.uri,
  frontendUrl: `http://localhost:${await usablePort(0)}`,
  twilioUrl: simulator.twilioUrl,
  metaUrl: simulator.metaUrl,
});
const service = await startService(
  parseConfig({ ...env, META_APP_SECRET: "", OPS_TOKEN }),
  createLogger("error", { write: (line) => process.stderr.write(line) }),
  { checkProviders: false },
);
const token = await new SignJWT({})
  .setProtectedHeader({ alg: "HS256" })
  .setSubject("fuzzer")
  .setExpirationTime(TOKEN_LIFE)
  .sign(new TextEncoder().encode(env.AUTH_JWT_SECRET));
const client = new ConnectWhatsApp({ baseUrl: `http://localhost:${port}`, token });

/** A number of the fuzzer's own, as far as the callback. @returns the integration's id */
async function connect(phoneNumber: string, wabaId: string, code?: string): Promise<string> {
  if (code) simulator.twilio.setScenario(phoneNumber, { kind: "code", code });
  const { signupUrl } = await client.createSignupSession({
    phoneNumber,
    phoneNumberType: "byo",
    displayName: "Fuzz",
  });
  const payload = new URL(signupUrl).searchParams.get("payload") ?? "";
  const { integrationId } = await client.onboardingCallback({
    payload,
    WhatsAppBusinessAccountId: wabaId,
  });
  return integrationId;
}

// Requests about what there is reach further than those about what there is not.
const { sessionId } = await client.createSignupSession();
const known = {
  FUZZ_OPS_TOKEN: OPS_TOKEN,
  FUZZ_SESSION: sessionId,
  FUZZ_INTEGRATION: await connect("+5511960000001", "70000001"),
  FUZZ_AWAITS_CODE: await connect("+5511960000002", "70000002", "482913"),
};
const run = spawn(
  command,
  [
    ["--config-file", "dev/fuzz/schemathesis.toml"],
    ["run", `http://localhost:${port}/openapi.json`],
    ["--header", `Authorization: Bearer ${token}`],
    ["--max-examples", EXAMPLES, "--seed", SEED],
  ].flat(),
  { stdio: "inherit", env: { ...process.env, ...known } },
);
say(`Seed ${SEED}; the same run again: FUZZ_SEED=${SEED} FUZZ_EXAMPLES=${EXAMPLES} npm run fuzz`);
const [code] = (await once(run, "exit")) as [number | null];
await service.stop("fuzz");
await simulator.close();
await database.stop();
process.exitCode = code ?? 1;
