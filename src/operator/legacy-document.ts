import { Types } from "mongoose";
import { canonicalPhoneNumber, lineOf } from "../phone-number.ts";

type Document = Record<string, unknown>;

/** What the operator says of a document where it does not say so itself. */
export interface ToldOfLegacy {
  userId?: string;
  phoneNumber?: string;
  wabaId?: string;
  subaccountSid?: string;
}

/** Something without which a document cannot be converted, and how it is told. */
export interface Missing {
  what: "owner" | "waba" | "number" | "subaccount" | "sender";
  how: string;
}

/** What a document says, as far as it is unmistakable. */
export interface ReadLegacy {
  userId?: string;
  wabaId?: string;
  phoneNumber?: string;
  subaccountSid?: string;
  facebookBusinessId?: string;
  missing: Missing[];
}

const SUBACCOUNT = /^AC[0-9a-f]{32}$/i;
const WABA = /^\d{5,32}$/;
const WABA_NAME = /waba|whats_?app_?business_?account/i;
const BUSINESS_NAME = /facebook_?business|business_?manager|^business_?id$/i;

/**
 * Reads owner, WABA, number and subaccount by their form, since nothing is known of the names. Of two
 * different ones neither is taken.
 * @param parentSid the account that all subaccounts are in, which documents name as well
 */
export function readLegacy(document: Document, told: ToldOfLegacy, parentSid: string): ReadLegacy {
  const { externalId, meta } = document;
  const texts = textsIn(meta, "");
  const missing: Missing[] = [];
  const oneOf = (what: Missing["what"], found: Iterable<string>, how: string) => {
    const [first, ...others] = new Set(found);
    if (first !== undefined && others.length === 0) return first;
    const why = first === undefined ? "the document names none" : "the document names several";
    missing.push({ what, how: `${why}; ${how}` });
    return undefined;
  };
  const userId = told.userId ?? ownerOf(document);
  if (!userId) missing.push({ what: "owner", how: "--user names it, as its tokens do" });
  const named = texts.filter(({ name, text }) => WABA_NAME.test(name) && WABA.test(text));
  const asKey = typeof externalId === "string" && WABA.test(externalId) ? [externalId] : [];
  const wabas = asKey.length > 0 ? asKey : named.map(({ text }) => text);
  const wabaId = told.wabaId ?? oneOf("waba", wabas, "--waba gives it");
  const sids = texts
    .map(({ text }) => text)
    .filter((text) => SUBACCOUNT.test(text) && text !== parentSid);
  const subaccountSid =
    told.subaccountSid ?? oneOf("subaccount", sids, "--subaccount gives its SID");
  const business = texts.find(({ name, text }) => BUSINESS_NAME.test(name) && WABA.test(text));
  const phoneNumber =
    told.phoneNumber ?? numberIn([String(externalId), ...texts.map(({ text }) => text)]);
  return {
    ...(userId ? { userId } : {}),
    ...(wabaId ? { wabaId } : {}),
    ...(phoneNumber ? { phoneNumber } : {}),
    ...(subaccountSid ? { subaccountSid } : {}),
    ...(business ? { facebookBusinessId: business.text } : {}),
    missing,
  };
}

/** A service with ObjectIds as its users' ids writes them in tokens as their hex text. */
function ownerOf({ userId }: Document): string | undefined {
  if (userId instanceof Types.ObjectId) return userId.toHexString();
  return typeof userId === "string" && userId !== "" ? userId : undefined;
}

/** Undefined where there is none or there are two lines: then Twilio says which is the sender's. */
function numberIn(texts: readonly string[]): string | undefined {
  const numbers = texts.flatMap((text) =>
    /^(whatsapp:)?\+\d/.test(text) ? (canonicalPhoneNumber(text) ?? []) : [],
  );
  const [first] = numbers;
  return new Set(numbers.map(lineOf)).size === 1 ? first : undefined;
}

function textsIn(value: unknown, name: string): { name: string; text: string }[] {
  if (typeof value === "string") return [{ name, text: value.trim() }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([inner, one]) => textsIn(one, inner));
}
