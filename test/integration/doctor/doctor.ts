import type { CheckResult, DoctorReport } from "../../../src/doctor/doctor.ts";
import { runDoctor } from "../../../src/doctor/run.ts";
import type { TestService } from "../../support/service.ts";
import { APP_SECRET } from "../whatsapp/popup.ts";

export const OPS_TOKEN = "a-token-of-the-operator-0123456789";

/** What the tests' service lacks of a configuration that nothing is to be said of. */
export const COMPLETE = {
  META_APP_SECRET: APP_SECRET,
  SENDER_WEBHOOK_URL: "https://app.example.com/whatsapp",
  SENDER_STATUS_CALLBACK_URL: "https://app.example.com/status",
  OPS_TOKEN,
  WORKER_ENABLED: "false",
  // It asks once, and has eight hundred accounts counted.
  TWILIO_TIMEOUT_MS: "30000",
  REGISTRATION_LEASE_MS: "60000",
};

/** Runs the command beside a running service, with its configuration. */
export async function doctorCommand(
  service: TestService,
  env: Record<string, string> = {},
  ...typed: string[]
) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runDoctor(
    typed,
    { ...service.env, ...env },
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      isTerminal: false,
    },
  );
  return { code, out: out.join(""), err: err.join("") };
}

/** What the command finds, by check. */
export async function findings(service: TestService, env: Record<string, string> = {}) {
  const { out } = await doctorCommand(service, env, "--json");
  const { checks } = JSON.parse(out) as DoctorReport;
  return (check: string) => of(checks, check);
}

/** The same, asked of the running service. */
export async function answer(service: TestService) {
  const response = await service.http
    .get("/ops/doctor")
    .set("Authorization", `Bearer ${OPS_TOKEN}`);
  const { checks } = response.body as DoctorReport;
  return (check: string) => of(checks, check);
}

/** `outcome: message` of each finding of a check. */
function of(checks: CheckResult[], name: string): string[] {
  return checks
    .filter(({ check }) => check === name)
    .map(({ outcome, message }) => `${outcome}: ${message}`);
}
