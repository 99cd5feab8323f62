import type { SimulatorOptions } from "./options.ts";
import { startSimulator } from "./simulator.ts";

/** Whoever names nothing gets values that the service accepts too. */
const DEFAULTS = {
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(31)}1`,
  TWILIO_AUTH_TOKEN: "simulated-parent-token",
  META_APP_ID: "100000000000001",
  META_APP_SECRET: "simulated-app-secret",
  META_CONFIG_ID: "200000000000002",
  TWILIO_PARTNER_SOLUTION_ID: "300000000000003",
  SIM_ONLINE_AFTER_MS: "3000",
} as const;

const value = (name: keyof typeof DEFAULTS) => process.env[name] || DEFAULTS[name];

const options: SimulatorOptions = {
  accountSid: value("TWILIO_ACCOUNT_SID"),
  authToken: value("TWILIO_AUTH_TOKEN"),
  appId: value("META_APP_ID"),
  appSecret: value("META_APP_SECRET"),
  configId: value("META_CONFIG_ID"),
  partnerSolutionId: value("TWILIO_PARTNER_SOLUTION_ID"),
  onlineAfterMs: Number(value("SIM_ONLINE_AFTER_MS")),
  twilioPort: Number(process.env.SIM_TWILIO_PORT ?? 0),
  metaPort: Number(process.env.SIM_META_PORT ?? 0),
};

const simulator = await startSimulator(options);

process.stdout.write(`Twilio is simulated at ${simulator.twilioUrl}
Meta is simulated at ${simulator.metaUrl}
Start the service against them with:

TWILIO_API_BASE_URL=${simulator.twilioUrl}
TWILIO_MESSAGING_BASE_URL=${simulator.twilioUrl}
META_GRAPH_BASE_URL=${simulator.metaUrl}
META_SDK_URL=${simulator.metaUrl}/sdk.js
TWILIO_ACCOUNT_SID=${options.accountSid}
TWILIO_AUTH_TOKEN=${options.authToken}
TWILIO_PARTNER_SOLUTION_ID=${options.partnerSolutionId}
META_APP_ID=${options.appId}
META_APP_SECRET=${options.appSecret}
META_CONFIG_ID=${options.configId}
`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void simulator.close());
}
