import type { IdempotencyKeys } from "../../idempotency/idempotency-keys.ts";
import type { IntegrationStore } from "../../integrations/integration-store.ts";
import type { Locale } from "../../problems/locales.ts";
import type { RegistrationCommands } from "../../registration/commands.ts";

/** What the endpoints need that change an integration. */
export interface CommandDeps {
  commands: RegistrationCommands;
  integrations: IntegrationStore;
  keys: IdempotencyKeys;
  defaultLocale: Locale;
}
