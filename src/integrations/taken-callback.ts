import type { PhoneNumberType } from "../config/schema.ts";
import type { Integration, IntegrationMeta, RegistrationTarget } from "./integration.ts";

/** What a taken session hands to the registration: all of it was stored by the taking. */
export interface TakenCallback {
  userId: string;
  reference?: string;
  phoneNumber: string;
  /** As Meta writes it, where Meta was asked about the number. */
  numberAtMeta?: string;
  wabaId: string;
  target: RegistrationTarget;
  facebookBusinessId?: string;
  phoneNumberId?: string;
  phoneNumberType: PhoneNumberType;
  displayName?: string;
  numberAssigned: boolean;
  wabaProof: "meta" | "twilio";
}

/** The whole of `meta` as the callback alone makes it. */
export function newMeta(callback: TakenCallback): IntegrationMeta {
  return {
    wabaId: callback.wabaId,
    ...(callback.facebookBusinessId ? { facebookBusinessId: callback.facebookBusinessId } : {}),
    registeredVia: "twilio_embedded_signup",
    phoneNumberType: callback.phoneNumberType,
    wabaProof: callback.wabaProof,
    ...(callback.phoneNumberId ? { phoneNumberId: callback.phoneNumberId } : {}),
  };
}

type Dotted<P extends string, T> = { [K in keyof T as `${P}.${K & string}`]: T[K] };

/** Fields of a part of a document, named from its root. */
export function dotted<P extends string, T extends object>(prefix: P, values: T): Dotted<P, T> {
  const entries = Object.entries(values).map(([key, value]) => [
    `${prefix}.${key}`,
    value as unknown,
  ]);
  return Object.fromEntries(entries) as Dotted<P, T>;
}

/** For the same WABA nothing is taken back that an earlier callback told or proved. */
export function addedMeta(callback: TakenCallback) {
  const { wabaProof, ...meta } = newMeta(callback);
  return dotted("meta", wabaProof === "meta" ? { ...meta, wabaProof } : meta);
}

/**
 * What Meta showed of the number stays shown while the WABA is the same and nothing was disconnected,
 * until Meta is asked again: most callbacks name no number, which says nothing about it.
 */
export function targetAfter(existing: Integration, callback: TakenCallback): RegistrationTarget {
  const { target, numberAtMeta } = callback;
  const { target: former, disconnectedAt } = existing.registration;
  const isKept =
    numberAtMeta === undefined &&
    disconnectedAt === undefined &&
    existing.meta.wabaId === callback.wabaId;
  return { ...target, numberShown: target.numberShown || (isKept && former.numberShown) };
}
