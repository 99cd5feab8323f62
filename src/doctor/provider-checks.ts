import {
  metaCheck,
  twilioCheck,
  type Finding as ProviderFinding,
} from "../checks/provider-checks.ts";
import type { Config } from "../config/config.ts";
import { configWarnings } from "../config/config.ts";
import type { GraphClient } from "../meta/graph-client.ts";
import type { SubaccountModel } from "../subaccounts/subaccount-model.ts";
import type { SubaccountTokens } from "../subaccounts/subaccount-tokens.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { SendersClient } from "../twilio/senders-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { fail, ok, orOk, warn, type Check, type Finding } from "./check.ts";

/** Twilio gives a parent this many unless asked for more (docs/domain.md 2.1). */
const SUBACCOUNTS_MAX = 1_000;
const SUBACCOUNTS_WARNED = SUBACCOUNTS_MAX * 0.8;

export interface ProviderDeps {
  accounts: AccountsClient;
  senders: SendersClient;
  tokens: SubaccountTokens;
  subaccountRecords: SubaccountModel;
  /** Absent where no callback would need Meta. */
  graph?: GraphClient;
}

/** What Twilio and Meta say of the accounts. */
export function providerChecks(config: Config, deps: ProviderDeps): Check[] {
  return [
    {
      name: "twilio account",
      run: async ({ signal }) =>
        orOk(
          (await twilioCheck(deps.accounts)(signal)).map((found) => toFinding(found, "Twilio")),
          "Twilio takes the credentials; the account is active and no trial",
        ),
    },
    { name: "twilio subaccounts", run: async ({ signal }) => [await room(deps, signal)] },
    { name: "twilio senders", run: async () => [await reachSenders(deps)] },
    {
      name: "meta app",
      run: async ({ signal }) => metaApp(config, deps, signal),
    },
  ];
}

/** What a running service only notes is a failure for somebody who asks. */
function toFinding({ outcome, message }: ProviderFinding, provider: string): Finding {
  return fail(
    outcome === "failed"
      ? message
      : `${provider} does not answer as usual, so its settings were not checked. Look at its status page, and try again.`,
  );
}

async function room({ accounts }: ProviderDeps, signal: AbortSignal): Promise<Finding> {
  try {
    const count = await accounts.countSubaccounts(SUBACCOUNTS_MAX, signal);
    const said = `${count} of ${SUBACCOUNTS_MAX} subaccounts are used`;
    return count < SUBACCOUNTS_WARNED
      ? ok(said)
      : warn(
          `${said}, and each new customer takes one. Ask Twilio's support for more, unless it gave you more already.`,
        );
  } catch (error) {
    return notAsked(error, "The subaccounts were not counted");
  }
}

/** With the subaccount's own credentials, as registrations call it. */
async function reachSenders(deps: ProviderDeps): Promise<Finding> {
  const { subaccountRecords, tokens, senders } = deps;
  const newest = await subaccountRecords
    .findOne({ sid: { $exists: true }, missingSince: null })
    .sort({ createdAt: -1 })
    .lean();
  if (!newest?.sid) return ok("No subaccount yet to ask with");
  try {
    const credentials = await tokens.credentials(newest.sid);
    if (!credentials) {
      return warn(
        `The subaccount ${newest.sid} is closed or gone at Twilio. What is registered in it does not work.`,
      );
    }
    await senders.list(credentials);
    return ok(`The Senders API answers the subaccount ${newest.sid}`);
  } catch (error) {
    return notAsked(error, `The Senders API does not answer the subaccount ${newest.sid}`);
  }
}

function notAsked(error: unknown, what: string): Finding {
  if (!(error instanceof TwilioError)) throw error;
  const { code, status, failedCall } = error;
  const why = [status && `status ${status}`, code && `code ${code}`, failedCall.network]
    .filter(Boolean)
    .join(", ");
  return fail(
    `${what}${why ? ` (${why})` : ""}. Look at the account in the Twilio Console and at Twilio's status page.`,
  );
}

async function metaApp(config: Config, { graph }: ProviderDeps, signal: AbortSignal) {
  const unproven = configWarnings(config).filter(({ code }) => code === "waba_unproven");
  if (!graph) return unproven.map(({ message }) => warn(message));
  const found = await metaCheck(graph)(signal);
  return orOk(
    found.map((one) => toFinding(one, "Meta")),
    "Meta takes the app's id and secret",
  );
}
