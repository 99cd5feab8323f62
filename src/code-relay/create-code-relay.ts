import type { Connection } from "mongoose";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import type { Logger } from "../logger.ts";
import type { NumberAssignments } from "../ownership/number-assignments.ts";
import type { SubaccountModel } from "../subaccounts/subaccount-model.ts";
import type { SignupSessionStore } from "../signup/signup-session-store.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { SubaccountTokens } from "../subaccounts/subaccount-tokens.ts";
import { CodeRelay } from "./code-relay.ts";
import { numberRelayModel, type NumberRelayModel } from "./number-relay-model.ts";
import { NumberRelayStore } from "./number-relay-store.ts";
import { Recordings } from "./recordings.ts";
import { RelayAccounts } from "./relay-accounts.ts";
import { RelayProcessor } from "./relay-processor.ts";
import { RelayScheduler } from "./relay-scheduler.ts";
import { TwilioWebhooks } from "./twilio-webhooks.ts";
import { SMS_WEBHOOK_PATH, TRANSCRIPTION_WEBHOOK_PATH, VOICE_WEBHOOK_PATH } from "./urls.ts";

export interface CodeRelayParts {
  connection: Connection;
  sessions: SignupSessionStore;
  assignments: NumberAssignments;
  integrations: IntegrationModel;
  subaccounts: SubaccountModel;
  accounts: AccountsClient;
  tokens: SubaccountTokens;
  clock: Clock;
  logger: Logger;
}

/** The whole station. */
export interface CodeRelayStation {
  relay: CodeRelay;
  webhooks: TwilioWebhooks;
  scheduler: RelayScheduler;
  model: NumberRelayModel;
}

/** Puts the station together, for the composition root. */
export function createCodeRelay(config: Config, parts: CodeRelayParts): CodeRelayStation {
  const { sessions, accounts, clock, logger } = parts;
  const { publicUrl, registration } = config;
  const model = numberRelayModel(parts.connection);
  const store = new NumberRelayStore(model, clock, registration.leaseMs);
  const relayAccounts = new RelayAccounts(parts);
  const recordings = new Recordings({ store, accounts, clock, logger });
  const ourUrls = {
    sms: `${publicUrl}${SMS_WEBHOOK_PATH}`,
    voice: `${publicUrl}${VOICE_WEBHOOK_PATH}`,
  };
  const processor = new RelayProcessor({
    store,
    sessions,
    accounts,
    relayAccounts,
    recordings,
    settings: {
      ourUrls,
      twilioTimeoutMs: config.twilio.timeoutMs,
      settleMs: registration.settleMs,
      retryMs: registration.pollIntervalMs,
      maxRetryMs: registration.maxIntervalMs,
    },
    clock,
    logger,
  });
  const scheduler = new RelayScheduler({ store, processor, clock, logger });
  // Only our own page opens the popup, and Twilio takes no other addresses.
  const isEnabled =
    config.signup.mode === "meta" && (publicUrl.startsWith("https:") || !config.production);
  const { assignments } = parts;
  return {
    relay: new CodeRelay({ store, scheduler, sessions, assignments, isEnabled, clock, logger }),
    webhooks: new TwilioWebhooks({
      store,
      sessions,
      relayAccounts,
      recordings,
      publicUrl,
      transcriptionUrl: `${publicUrl}${TRANSCRIPTION_WEBHOOK_PATH}`,
      clock,
      logger,
    }),
    scheduler,
    model,
  };
}
