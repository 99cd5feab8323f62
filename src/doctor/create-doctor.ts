import type { Config } from "../config/config.ts";
import type { Logger } from "../logger.ts";
import { configurationChecks } from "./configuration-checks.ts";
import { databaseChecks, type DatabaseDeps } from "./database-checks.ts";
import { Doctor } from "./doctor.ts";
import type { Probe } from "./probe.ts";
import { providerChecks, type ProviderDeps } from "./provider-checks.ts";
import { publicUrlCheck } from "./public-url-check.ts";
import { tokenKeyCheck } from "./token-key-check.ts";

export interface DoctorDeps extends DatabaseDeps, ProviderDeps {
  probe: Probe;
  logger: Logger;
}

/** All the checks, in the order of the report; the same behind the command and the endpoint. */
export function createDoctor(config: Config, deps: DoctorDeps): Doctor {
  const checks = [
    ...configurationChecks(config, deps.clock, process.version),
    tokenKeyCheck(config),
    publicUrlCheck(config, deps.probe),
    ...databaseChecks(config, deps),
    ...providerChecks(config, deps),
  ];
  return new Doctor(checks, deps);
}
