import { Types } from "mongoose";
import { findOfLine } from "../integrations/integration-store.ts";
import type { IntegrationModel } from "../integrations/integration-model.ts";
import { canonicalPhoneNumber, isSameLine } from "../phone-number.ts";
import type { SubaccountStore } from "../subaccounts/subaccount-store.ts";
import type { AccountsClient } from "../twilio/accounts-client.ts";
import type { Sender, SendersClient } from "../twilio/senders-client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { readLegacy, type Missing, type ReadLegacy, type ToldOfLegacy } from "./legacy-document.ts";
import { withoutSecrets, type Cleaned } from "./legacy-secrets.ts";

/** Everything without which nothing is converted, as Twilio confirms it now. */
export interface Convertible {
  userId: string;
  wabaId: string;
  phoneNumber: string;
  subaccountSid: string;
  senderId: string;
  senderStatus: string;
  facebookBusinessId?: string;
}

/** What can be said of one document. */
export interface Examined {
  known: Omit<ReadLegacy, "missing">;
  missing: Missing[];
  /** Why it is not converted although nothing is missing. */
  obstacle?: string;
  convertible?: Convertible;
  cleaned: Cleaned;
}

export interface LegacyExaminationDeps {
  integrations: IntegrationModel;
  subaccounts: SubaccountStore;
  accounts: AccountsClient;
  senders: SendersClient;
}

/** What Twilio says of a document: its sender, or what is missing or in the way. */
type AtTwilio =
  { sender: Sender; phoneNumber: string } | { missing: Missing } | { obstacle: string };

/** Reads a document and asks Twilio about it. Changes nothing anywhere. */
export class LegacyExamination {
  readonly #deps: LegacyExaminationDeps;

  constructor(deps: LegacyExaminationDeps) {
    this.#deps = deps;
  }

  async examine(document: Record<string, unknown>, told: ToldOfLegacy): Promise<Examined> {
    const { accounts } = this.#deps;
    const { missing, ...known } = readLegacy(document, told, accounts.parent.accountSid);
    const examined = { known, missing, cleaned: withoutSecrets(document) };
    if (!(document._id instanceof Types.ObjectId)) {
      return {
        ...examined,
        missing: [],
        obstacle: "its _id is no ObjectId, which an integration's is",
      };
    }
    const { userId, wabaId, subaccountSid } = known;
    if (!userId || !wabaId || !subaccountSid || missing.length > 0) return examined;
    const found = await this.#lookAtTwilio({ ...known, wabaId, subaccountSid });
    if ("missing" in found) return { ...examined, missing: [found.missing] };
    if ("obstacle" in found) return { ...examined, obstacle: found.obstacle };
    const { sender, phoneNumber } = found;
    const obstacle = await this.#inTheWay(userId, wabaId, subaccountSid, phoneNumber);
    if (obstacle) return { ...examined, obstacle };
    const { facebookBusinessId } = known;
    return {
      ...examined,
      convertible: {
        userId,
        wabaId,
        phoneNumber,
        subaccountSid,
        senderId: sender.sid,
        senderStatus: sender.status,
        ...(facebookBusinessId ? { facebookBusinessId } : {}),
      },
    };
  }

  async #lookAtTwilio(known: {
    wabaId: string;
    subaccountSid: string;
    phoneNumber?: string;
  }): Promise<AtTwilio> {
    const { accounts, senders } = this.#deps;
    const { subaccountSid } = known;
    try {
      const account = await accounts.fetch(subaccountSid);
      const isOurs = account?.ownerAccountSid === accounts.parent.accountSid;
      if (!account || !isOurs || subaccountSid === accounts.parent.accountSid) {
        const how = `${subaccountSid} is no subaccount of yours; --subaccount gives the right one`;
        return { missing: { what: "subaccount", how } };
      }
      if (account.status !== "active") {
        return { obstacle: `the subaccount ${subaccountSid} is ${account.status} at Twilio` };
      }
      const as = { accountSid: subaccountSid, authToken: account.authToken };
      return senderAmong(await senders.list(as), known);
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      return { obstacle: `${error.message}; repeat it later` };
    }
  }

  async #inTheWay(userId: string, wabaId: string, subaccountSid: string, phoneNumber: string) {
    const { integrations, subaccounts } = this.#deps;
    const own = await findOfLine(integrations, userId, phoneNumber);
    if (own) return `the owner has this number already, as integration ${String(own._id)}`;
    const recorded = await subaccounts.sidOf(userId, wabaId);
    if (recorded && recorded !== subaccountSid) {
      return `the owner's subaccount for this WABA is ${recorded} already`;
    }
    const isOthers = !recorded && (await subaccounts.isRecordedForAnyone(subaccountSid));
    return isOthers
      ? `the subaccount ${subaccountSid} is on record for another owner or WABA`
      : undefined;
  }
}

/** The one sender of the WABA and, where the number is known, of its line. */
function senderAmong(
  all: readonly Sender[],
  {
    wabaId,
    subaccountSid,
    phoneNumber,
  }: { wabaId: string; subaccountSid: string; phoneNumber?: string },
): AtTwilio {
  const ofWaba = all
    .filter((sender) => sender.wabaId === wabaId)
    .flatMap((sender) => {
      const number = canonicalPhoneNumber(sender.senderId);
      return number ? [{ sender, phoneNumber: number }] : [];
    });
  const fitting = ofWaba.filter(
    (one) => phoneNumber === undefined || isSameLine(one.phoneNumber, phoneNumber),
  );
  const [first, ...others] = fitting;
  if (first && others.length === 0) return first;
  if (first) {
    const numbers = fitting.map((one) => one.phoneNumber).join(", ");
    return {
      missing: { what: "number", how: `Twilio shows several; --number is one of ${numbers}` },
    };
  }
  const where = `Twilio shows no sender of the WABA ${wabaId}${phoneNumber ? ` and the number ${phoneNumber}` : ""} in ${subaccountSid}`;
  return {
    missing: { what: "sender", how: `${where}; if that is right, the customer connects anew` },
  };
}
