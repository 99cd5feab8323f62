import { z } from "zod";
import { displayNameField, phoneNumberField } from "../input-fields.ts";
import { isSameLine } from "../phone-number.ts";
import { ProblemError, type ProblemIssue } from "../problems/problem-error.ts";
import type { CallbackValues, SignupSession } from "../signup/signup-session.ts";

/** The callback's parameters as they came: one string each, unknown ones left out. */
export type RawCallback = Partial<Record<CallbackParameter, string>>;

export const CALLBACK_PARAMETERS = [
  "payload",
  "TwilioNumber",
  "WhatsAppBusinessAccountId",
  "FacebookBusinessId",
  "SubaccountSid",
  "code",
  "phoneNumberId",
  "displayName",
  "error",
  "error_description",
] as const;
export type CallbackParameter = (typeof CALLBACK_PARAMETERS)[number];

/** Parameters that only a POST may carry. */
export const POST_ONLY: readonly CallbackParameter[] = ["code", "phoneNumberId", "displayName"];

/** Meta's ids are digits that may exceed what a JavaScript number holds. */
const metaId = z.string().regex(/^\d{5,32}$/, "must be 5 to 32 digits");

/** What has a form in a callback. */
export const callbackFields = z.object({
  WhatsAppBusinessAccountId: metaId,
  TwilioNumber: phoneNumberField.optional(),
  FacebookBusinessId: metaId.optional(),
  SubaccountSid: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, "must be an account SID")
    .optional(),
  phoneNumberId: metaId.optional(),
  displayName: displayNameField.optional(),
});

/**
 * The callback's values in canonical form, completed by the session's number and name. Whether a
 * given number is the session's is the taking's to ask: a repeat is compared with what was taken.
 * @throws ProblemError `invalid_request`
 */
export function callbackValues(raw: RawCallback, session: SignupSession): CallbackValues {
  const parsed = callbackFields.safeParse(raw);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue): ProblemIssue => {
      return { path: issue.path.join("."), code: issue.code, message: issue.message };
    });
    throw new ProblemError("invalid_request", { issues });
  }
  const { TwilioNumber, WhatsAppBusinessAccountId, FacebookBusinessId, SubaccountSid } =
    parsed.data;
  const { phoneNumberId } = parsed.data;
  const displayName = session.displayName ?? parsed.data.displayName;
  const number = TwilioNumber ?? session.phoneNumber;
  if (!number) {
    const message = "missing here and in the session";
    throw new ProblemError("invalid_request", {
      issues: [{ path: "TwilioNumber", code: "missing", message }],
    });
  }
  return {
    phoneNumber: number,
    wabaId: WhatsAppBusinessAccountId,
    ...(FacebookBusinessId ? { facebookBusinessId: FacebookBusinessId } : {}),
    ...(SubaccountSid ? { subaccountSid: SubaccountSid } : {}),
    ...(phoneNumberId ? { phoneNumberId } : {}),
    ...(displayName ? { displayName } : {}),
  };
}

/** Whether a repeated callback says the same as the one that took the session. */
export function sameValues(one: CallbackValues, other: CallbackValues): boolean {
  return (
    isSameLine(one.phoneNumber, other.phoneNumber) &&
    one.wabaId === other.wabaId &&
    one.facebookBusinessId === other.facebookBusinessId &&
    one.subaccountSid === other.subaccountSid &&
    one.phoneNumberId === other.phoneNumberId &&
    one.displayName === other.displayName
  );
}
