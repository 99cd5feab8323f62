import type { GraphClient } from "../meta/graph-client.ts";
import { GraphError } from "../meta/graph-error.ts";
import { failedCall, type FailedCall } from "../provider-message.ts";
import { meaningOf } from "../registration/twilio-codes.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";

/** Something about an account at Twilio or Meta that an operator has to mend. */
export interface Finding extends FailedCall {
  /** `unchecked`: the provider could not be asked, which says nothing about the configuration. */
  outcome: "failed" | "unchecked";
  code: string;
  /** The variables to look at; each is named in the message too. */
  variables: string[];
  /** What is wrong, and the remedy; in English, for the log and for `doctor`. */
  message: string;
  providerCode?: string;
}

/** Asks a provider one question; no findings where all is well. It does not throw for what it finds. */
export type ProviderCheck = (signal: AbortSignal) => Promise<Finding[]>;

/** All that there is to ask: Meta only where a callback would need it. */
export function providerChecks(accounts: AccountsClient, graph?: GraphClient): ProviderCheck[] {
  return [twilioCheck(accounts), ...(graph ? [metaCheck(graph)] : [])];
}

const BOTH_OF_TWILIO = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"];
const SID = ["TWILIO_ACCOUNT_SID"];

function failed(code: string, variables: string[], message: string): Finding {
  return { outcome: "failed", code, variables, message };
}

/** Whether Twilio takes the parent's credentials, and whether that account can register senders. */
export function twilioCheck(accounts: AccountsClient): ProviderCheck {
  return async (signal) => {
    const { accountSid } = accounts.parent;
    try {
      const account = await accounts.fetch(accountSid, signal);
      return account ? aboutAccount(account) : [UNKNOWN_ACCOUNT];
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      const { code } = error;
      return [
        {
          ...aboutTwilioError(error),
          ...(code === undefined ? {} : { providerCode: String(code) }),
          ...failedCall(error.failedCall),
        },
      ];
    }
  };
}

const UNKNOWN_ACCOUNT = failed(
  "twilio_resource_missing",
  SID,
  "Twilio knows no account TWILIO_ACCOUNT_SID. Copy the Account SID from the Twilio Console.",
);

type Account = NonNullable<Awaited<ReturnType<AccountsClient["fetch"]>>>;

function aboutAccount({ sid, ownerAccountSid, status, type }: Account): Finding[] {
  const findings: Finding[] = [];
  if (status !== "active") {
    findings.push(
      failed(
        "twilio_account_inactive",
        SID,
        `The account TWILIO_ACCOUNT_SID is ${status} at Twilio: nothing can be registered. Look at it in the Twilio Console.`,
      ),
    );
  }
  if (ownerAccountSid !== sid) {
    findings.push(
      failed(
        "twilio_account_is_subaccount",
        SID,
        "TWILIO_ACCOUNT_SID names a subaccount, which cannot have subaccounts of its own. Set SID and token of the parent account.",
      ),
    );
  }
  if (type === "Trial") {
    findings.push(
      failed(
        "twilio_account_trial",
        SID,
        "The account TWILIO_ACCOUNT_SID is a trial, which cannot register WhatsApp senders. Upgrade it in the Twilio Console.",
      ),
    );
  }
  return findings;
}

function aboutTwilioError(error: TwilioError): Finding {
  const problem = meaningOf(error).problem;
  // Twilio's refusals have a code; without one it may be something in between that refuses.
  const isTwilios = error.code !== undefined || error.status === 401;
  if (error.kind === "retryable" || !isTwilios) {
    return {
      outcome: "unchecked",
      code: "twilio_unchecked",
      variables: BOTH_OF_TWILIO,
      message:
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN could not be checked, since Twilio did not answer as usual. Check them with “npm run doctor”.",
    };
  }
  if (problem === "twilio_credentials_rejected") {
    return failed(
      problem,
      BOTH_OF_TWILIO,
      "Twilio rejects TWILIO_AUTH_TOKEN for the account TWILIO_ACCOUNT_SID. Copy both from the Twilio Console; it has to be the primary token, not an API key.",
    );
  }
  return failed(
    problem,
    SID,
    "Twilio refuses the account TWILIO_ACCOUNT_SID. Look at its state in the Twilio Console.",
  );
}

/** Whether Meta takes the app's id and secret, without which no customer's proof can be had. */
export function metaCheck(graph: GraphClient): ProviderCheck {
  return async (signal) => {
    try {
      await graph.checkApp(signal);
      return [];
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return [
        {
          ...aboutGraphError(error),
          ...(error.code ? { providerCode: error.code } : {}),
          ...failedCall(error.failedCall),
        },
      ];
    }
  };
}

function aboutGraphError({ kind, code, failedCall: call }: GraphError): Finding {
  if (kind !== "app_rejected") {
    return {
      outcome: "unchecked",
      code: "meta_unchecked",
      variables: ["META_APP_ID", "META_APP_SECRET"],
      message:
        "META_APP_ID and META_APP_SECRET could not be checked, since Meta did not answer as usual. Check them with “npm run doctor”.",
    };
  }
  const message = (what: string, where: string) =>
    `Meta rejects ${what}: no customer can connect. ${where}`;
  const basics = "Copy it from the Meta App Dashboard, App settings, Basic.";
  if (/secret/i.test(call.providerMessage ?? "")) {
    return failed(
      "meta_app_rejected",
      ["META_APP_SECRET"],
      message("META_APP_SECRET for the app META_APP_ID", basics),
    );
  }
  if (code === "2500" || code === "2635") {
    return failed(
      "meta_app_rejected",
      ["META_GRAPH_VERSION"],
      message("META_GRAPH_VERSION", "Set a version that Meta's Graph API serves."),
    );
  }
  return failed(
    "meta_app_rejected",
    ["META_APP_ID", "META_APP_SECRET"],
    message("the app META_APP_ID with META_APP_SECRET", basics),
  );
}
