import { Types } from "mongoose";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, type TestService } from "../../support/service.ts";

/** In every secret that is planted here, and in nothing else. */
export const PLANTED = "c0ffee00c0ffee00";

interface Older {
  userId?: unknown;
  externalId?: string;
  status?: string;
  phoneNumber?: string;
  meta?: Record<string, unknown>;
  top?: Record<string, unknown>;
}

let secrets = 0;
/** What an earlier service left, with its sender at Twilio. */
export async function older(service: TestService, over: Older = {}) {
  const owner = newUser();
  const [wabaId, phoneNumber] = [newWaba(), over.phoneNumber ?? newNumber()];
  const { sid: accountSid } = service.simulator.twilio.seedAccount({ friendlyName: "old shop" });
  const sender = service.simulator.twilio.seedSender({ accountSid, phoneNumber, wabaId });
  secrets += 1;
  const secret = (name: string) => `${name}${String(secrets).padStart(8, "0")}${PLANTED}`;
  const _id = new Types.ObjectId();
  const document = {
    _id,
    userId: over.userId ?? owner,
    provider: "whatsapp",
    externalId: over.externalId ?? wabaId,
    status: over.status ?? "linked",
    createdAt: new Date("2025-03-04T05:06:07Z"),
    label: "Recepção",
    apiToken: secret("top"),
    meta: {
      subaccountSid: accountSid,
      twilioAccountSid: PARENT_SID,
      subaccountAuthToken: secret("auth"),
      accessToken: secret("EAA"),
      businessName: "Panadería Sol",
      nested: [{ webhook: `https://old.example/hook?key=${secret("hook")}`, plan: 3 }],
      ...over.meta,
    },
    ...over.top,
  };
  await service.database.connection.collection("integrations").insertOne(document);
  const userId = over.userId instanceof Types.ObjectId ? String(over.userId) : owner;
  return { _id, id: String(_id), document, userId, wabaId, phoneNumber, accountSid, sender };
}
