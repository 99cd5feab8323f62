import { randomBytes } from "node:crypto";
import type { SimulatorOptions } from "./options.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

/** What is named nowhere gets a value that the service accepts too. */
const DEFAULTS = {
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(31)}1`,
  TWILIO_AUTH_TOKEN: "simulated-parent-token",
  META_APP_ID: "100000000000001",
  META_APP_SECRET: "simulated-app-secret",
  META_CONFIG_ID: "200000000000002",
  FACEBOOK_BUSINESS_ID: "400000000000004",
  TWILIO_PARTNER_SOLUTION_ID: "300000000000003",
  AUTH_JWT_SECRET: randomBytes(36).toString("base64url"),
  SIM_ONLINE_AFTER_MS: "3000",
  SIM_TWILIO_PORT: "4010",
  SIM_META_PORT: "4011",
} as const;

const value = (name: keyof typeof DEFAULTS) => process.env[name] || DEFAULTS[name];

function options(): SimulatorOptions {
  return {
    accountSid: value("TWILIO_ACCOUNT_SID"),
    authToken: value("TWILIO_AUTH_TOKEN"),
    appId: value("META_APP_ID"),
    appSecret: value("META_APP_SECRET"),
    configId: value("META_CONFIG_ID"),
    partnerSolutionId: value("TWILIO_PARTNER_SOLUTION_ID"),
    onlineAfterMs: wholeNumber("SIM_ONLINE_AFTER_MS", Number.MAX_SAFE_INTEGER),
    twilioPort: wholeNumber("SIM_TWILIO_PORT", 65_535),
    metaPort: wholeNumber("SIM_META_PORT", 65_535),
  };
}

function wholeNumber(name: keyof typeof DEFAULTS, most: number): number {
  const number = Number(value(name));
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new Error(`${name} has to be a whole number from 0 to ${most}, and is "${value(name)}".`);
}

function variables({ twilioUrl, metaUrl }: Simulator): string {
  const lines: [string, string][] = [
    ["TWILIO_API_BASE_URL", twilioUrl],
    ["TWILIO_MESSAGING_BASE_URL", twilioUrl],
    ["META_GRAPH_BASE_URL", metaUrl],
    ["META_SDK_URL", `${metaUrl}/sdk.js`],
    ...(
      [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_PARTNER_SOLUTION_ID",
        "META_APP_ID",
        "META_APP_SECRET",
        "META_CONFIG_ID",
        "FACEBOOK_BUSINESS_ID",
        "AUTH_JWT_SECRET",
      ] as const
    ).map((name): [string, string] => [name, value(name)]),
  ];
  return lines.map(([name, text]) => `${name}=${text}`).join("\n");
}

function reasonOf(error: unknown): string {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  return code === "EADDRINUSE"
    ? `Port ${port} is taken. Set SIM_TWILIO_PORT or SIM_META_PORT; 0 takes any free port.`
    : String(error instanceof Error ? error.message : error);
}

try {
  const simulator = await startSimulator(options());
  process.stdout
    .write(`# Twilio is simulated at ${simulator.twilioUrl}, Meta at ${simulator.metaUrl}.
# What each number and each control call does: dev/simulator/README.md
# The service starts with these lines as its .env:
${variables(simulator)}
`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void simulator.close());
  }
} catch (error) {
  process.stderr.write(`The simulator could not start: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
