import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import type { Logger } from "./logger.ts";
import { GraphClient } from "./meta/graph-client.ts";
import type { Models } from "./models.ts";
import { HoldStore } from "./ownership/hold-store.ts";
import { NumberAssignments } from "./ownership/number-assignments.ts";
import { LineCodesStore } from "./registration/line-codes.ts";
import type { RegistrationDeps } from "./registration/step-context.ts";
import { SubaccountStore } from "./subaccounts/subaccount-store.ts";
import { SubaccountTokens } from "./subaccounts/subaccount-tokens.ts";
import { AccountsClient } from "./twilio/accounts-client.ts";
import { SendersClient } from "./twilio/senders-client.ts";
import { TwilioTransport } from "./twilio/transport.ts";

/** Only with the app secret, and only Meta's own popup brings a code to prove anything with. */
export function graphClient({ meta, signup }: Config, logger: Logger): { graph?: GraphClient } {
  if (signup.mode !== "meta" || !meta.appSecret || !meta.appId) return {};
  const { appId, appSecret, graphBaseUrl: baseUrl, graphVersion: version } = meta;
  return { graph: new GraphClient({ baseUrl, version, appId, appSecret }, logger) };
}

/** What every step of a registration works with. */
export function registrationDeps(
  config: Config,
  { logger, clock, random = Math.random }: { logger: Logger; clock: Clock; random?: () => number },
  models: Models,
): RegistrationDeps {
  const { registration, twilio, sender, installationId } = config;
  const transport = new TwilioTransport(logger);
  const accounts = new AccountsClient(transport, twilio);
  return {
    integrations: models.integrations,
    subaccounts: new SubaccountStore(models.subaccounts, clock, registration.leaseMs),
    holds: new HoldStore(models.holds, models.integrations, clock),
    assignments: new NumberAssignments(models.assignments, clock),
    lineCodes: new LineCodesStore(models.lineCodes, clock, logger),
    accounts,
    senders: new SendersClient(transport, twilio),
    tokens: new SubaccountTokens(accounts, clock),
    settings: {
      ...registration,
      ...sender,
      installationId,
      twilioTimeoutMs: twilio.timeoutMs,
    },
    clock,
    random,
  };
}
