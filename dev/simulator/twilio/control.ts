import type { FaultBook, Fault } from "../http/faults.ts";
import type { RecordedRequest, RequestLog } from "../http/request-log.ts";
import type { Scenario, ScenarioBook } from "./scenarios.ts";
import { verificationOf } from "./scenarios.ts";
import { type InboundMessage, receiveMessage } from "./messages.ts";
import { enter } from "./sender-life.ts";
import { newSid, type TwilioStore } from "./store.ts";
import {
  GOOD_HEALTH,
  type Account,
  type AccountStatus,
  type IncomingNumber,
  type NumberSettings,
  type OfflineReason,
  type Sender,
  type SenderHealth,
} from "./types.ts";
import { callWebhook, type WebhookAnswer } from "./webhook.ts";

/** A sender that is already there. */
export interface SenderSeed {
  accountSid: string;
  /** E.164. */
  phoneNumber: string;
  /** Null or absent: none, as the sandbox's sender. */
  wabaId?: string | null;
  /** `ONLINE` unless given. */
  status?: string;
  offlineReasons?: OfflineReason[];
  name?: string;
}

export interface SenderChange {
  status?: string;
  offlineReasons?: OfflineReason[] | null;
  wabaId?: string;
  /** The fields to set; null: from now on its body has no webhook. */
  webhook?: Record<string, unknown> | null;
  /** The fields to set. */
  health?: Partial<SenderHealth>;
}

/** A sender with what is known of it beside its body. */
export interface SenderState {
  sid: string;
  accountSid: string;
  senderId: string;
  wabaId: string | null;
  status: string;
  offlineReasons: OfflineReason[];
  webhook: Record<string, unknown>;
  profile: Record<string, unknown>;
  /** The one-time code that would be right. */
  verificationCode: string;
  codesSent: number;
  createdAt: Date;
  deleted: boolean;
}

export interface TwilioState {
  accounts: Account[];
  numbers: IncomingNumber[];
  /** Also the deleted ones, oldest first. */
  senders: SenderState[];
  /** How many senders of each account were made and still exist, or not. */
  senderCounts: Record<string, { living: number; deleted: number }>;
  scenarios: Record<string, Scenario>;
}

export interface TwilioControlDeps {
  store: TwilioStore;
  scenarios: ScenarioBook;
  faults: FaultBook;
  log: RequestLog;
}

/** Sets up and looks into the simulated Twilio, in the same process. */
export class TwilioControl {
  readonly #deps: TwilioControlDeps;

  constructor(deps: TwilioControlDeps) {
    this.#deps = deps;
  }

  /** Decides what becomes of the number's next senders. */
  setScenario(phoneNumber: string, scenario: Scenario): void {
    this.#deps.scenarios.set(phoneNumber, scenario);
  }

  /** @returns ends the fault before its times are used up */
  addFault(fault: Fault): () => void {
    return this.#deps.faults.add(fault);
  }

  seedAccount(
    account: { sid?: string; friendlyName?: string; status?: AccountStatus } = {},
  ): Account {
    return this.#deps.store.addAccount(account);
  }

  setAccountStatus(sid: string, status: AccountStatus): void {
    this.setAccount(sid, { status });
  }

  /** Changes an account as in the Console: the parent's too; its type (a trial or not), its token. */
  setAccount(
    sid: string,
    change: { status?: AccountStatus; type?: Account["type"]; authToken?: string },
  ): Account {
    const { store } = this.#deps;
    const account = found(store.accounts.get(sid), sid);
    if (change.status !== undefined) store.setStatus(account, change.status);
    if (change.type !== undefined) account.type = change.type;
    if (change.authToken !== undefined) account.authToken = change.authToken;
    return account;
  }

  /** Puts a number that Twilio hosts into an account, the parent's unless given. */
  seedNumber(
    number: { phoneNumber: string; accountSid?: string } & Partial<NumberSettings>,
  ): IncomingNumber {
    if (number.accountSid !== undefined) {
      found(this.#deps.store.accounts.get(number.accountSid), number.accountSid);
    }
    return this.#deps.store.addNumber(number);
  }

  seedSender(seed: SenderSeed): SenderState {
    const { store } = this.#deps;
    found(store.accounts.get(seed.accountSid), seed.accountSid);
    const now = store.now();
    const { offlineReasons } = seed;
    const sender: Sender = {
      sid: newSid("XE"),
      accountSid: seed.accountSid,
      senderId: `whatsapp:${seed.phoneNumber}`,
      friendlyName: null,
      configuration: {
        waba_id: seed.wabaId ?? null,
        verification_method: null,
        voice_application_sid: null,
        account_type: null,
      },
      webhook: {},
      profile: { name: seed.name ?? "Seeded sender" },
      health: { ...GOOD_HEALTH },
      phases: [{ status: seed.status ?? "ONLINE", ...(offlineReasons && { offlineReasons }) }],
      enteredAt: now,
      looks: 0,
      verification: verificationOf(this.#deps.scenarios.get(seed.phoneNumber)),
      createdAt: new Date(now),
      listedFrom: now,
      deletedAt: null,
    };
    return this.#stateOf(store.addSender(sender));
  }

  /** Changes a sender behind the service's back; it then stays as it is set. */
  setSender(sid: string, change: SenderChange): SenderState {
    const { store } = this.#deps;
    const sender = found(store.sender(sid), sid);
    const [current] = sender.phases;
    const offlineReasons =
      change.offlineReasons === undefined ? current.offlineReasons : change.offlineReasons;
    if (change.status !== undefined || change.offlineReasons !== undefined) {
      const status = change.status ?? current.status;
      enter(sender, [{ status, ...(offlineReasons && { offlineReasons }) }], store.now());
    }
    if (change.wabaId !== undefined) sender.configuration.waba_id = change.wabaId;
    Object.assign(sender.health, change.health);
    if (change.webhook === null) sender.hidesWebhook = true;
    else Object.assign(sender.webhook, change.webhook);
    return this.#stateOf(sender);
  }

  /** The sender is gone, as if somebody had deleted it in the Console. */
  removeSender(sid: string): void {
    const { store } = this.#deps;
    found(store.sender(sid), sid).deletedAt = store.now();
  }

  /** An SMS for a hosted number: calls its `SmsUrl`, signed; null where no webhook is set. */
  async receiveSms(sms: { to: string; from: string; body: string }): Promise<WebhookAnswer | null> {
    const number = this.#hosted(sms.to);
    if (number.smsUrl === null || number.smsApplicationSid !== null) return null;
    const sid = newSid("SM");
    return callWebhook(number.smsUrl, number.smsMethod ?? "POST", this.#tokenOf(number), {
      ...this.#webhookFields(number, sms.from),
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      SmsStatus: "received",
      NumMedia: "0",
      NumSegments: "1",
      Body: sms.body,
    });
  }

  /** A call to a hosted number: asks its `VoiceUrl` for TwiML; null where no webhook is set. */
  async receiveCall(call: { to: string; from: string }): Promise<WebhookAnswer | null> {
    const number = this.#hosted(call.to);
    if (number.voiceUrl === null || number.voiceApplicationSid !== null) return null;
    return callWebhook(number.voiceUrl, number.voiceMethod ?? "POST", this.#tokenOf(number), {
      ...this.#webhookFields(number, call.from),
      CallSid: newSid("CA"),
      CallStatus: "ringing",
      Direction: "inbound",
      Caller: call.from,
      Called: number.phoneNumber,
    });
  }

  /** A person's WhatsApp message to a sender; null where the sender has no webhook. */
  receiveMessage(message: InboundMessage): Promise<WebhookAnswer | null> {
    return receiveMessage(this.#deps.store, message);
  }

  /** Every request to Twilio since the last reset, in order. */
  requests(): RecordedRequest[] {
    return this.#deps.log.all().filter(({ side }) => side === "twilio");
  }

  state(): TwilioState {
    const { store, scenarios } = this.#deps;
    const senders = [...store.senders.values()].map((sender) => this.#stateOf(sender));
    const senderCounts: TwilioState["senderCounts"] = {};
    for (const { accountSid, deleted } of senders) {
      const counts = (senderCounts[accountSid] ??= { living: 0, deleted: 0 });
      counts[deleted ? "deleted" : "living"] += 1;
    }
    return {
      accounts: [...store.accounts.values()],
      numbers: [...store.numbers.values()],
      senders,
      senderCounts,
      scenarios: scenarios.all(),
    };
  }

  #stateOf(sender: Sender): SenderState {
    const isLiving = this.#deps.store.sender(sender.sid) !== undefined;
    const [{ status, offlineReasons }] = sender.phases;
    return {
      sid: sender.sid,
      accountSid: sender.accountSid,
      senderId: sender.senderId,
      wabaId: sender.configuration.waba_id,
      status,
      offlineReasons: offlineReasons ?? [],
      webhook: sender.webhook,
      profile: sender.profile,
      verificationCode: sender.verification.code,
      codesSent: sender.verification.codesSent,
      createdAt: sender.createdAt,
      deleted: !isLiving,
    };
  }

  #hosted(phoneNumber: string): IncomingNumber {
    return found(this.#deps.store.hostedNumber(phoneNumber), phoneNumber);
  }

  #tokenOf(number: IncomingNumber): string {
    return found(this.#deps.store.accounts.get(number.accountSid), number.accountSid).authToken;
  }

  #webhookFields(number: IncomingNumber, from: string): Record<string, string> {
    return {
      ApiVersion: "2010-04-01",
      AccountSid: number.accountSid,
      From: from,
      To: number.phoneNumber,
    };
  }
}

function found<T>(thing: T | undefined, id: string): T {
  if (thing === undefined) throw new Error(`The simulated Twilio has no ${id}`);
  return thing;
}
