import { z } from "zod";
import { OPERATION_GROUPS, OPERATIONS } from "./http/faults.ts";
import { ACCOUNT_FIELDS, NUMBER_ENDS, OUTCOMES } from "./meta/signup.ts";
import { CODE_VERIFICATION_STATUSES } from "./meta/store.ts";

const ms = z.number().min(0);
const count = z.number().int().min(0);
const phoneNumber = z.string().regex(/^\+\d{7,15}$/);

const scenario = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("online"),
    afterMs: ms.exactOptional(),
    afterLooks: count.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("code"),
    code: z.string().exactOptional(),
    wrongCode: z.enum(["later", "refused"]).exactOptional(),
    wrongTriesAllowed: count.exactOptional(),
    codesAllowed: count.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("automatic_code_lost") }),
  z.strictObject({
    kind: z.literal("offline"),
    code: z.number().exactOptional(),
    message: z.string().exactOptional(),
    afterMs: ms.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("offline_briefly"), forMs: ms.exactOptional() }),
  z.strictObject({ kind: z.literal("review"), forMs: ms.exactOptional() }),
  z.strictObject({ kind: z.literal("never") }),
  z.strictObject({
    kind: z.literal("status"),
    status: z.string().min(1),
    forMs: ms.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("vanishes"), afterMs: ms.exactOptional() }),
  z.strictObject({
    kind: z.literal("refused"),
    code: z.number(),
    status: z.number().exactOptional(),
    message: z.string().exactOptional(),
    details: z.unknown().exactOptional(),
    times: count.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("name_refused"), name: z.string().exactOptional() }),
]);

/** Bodies of the control calls. */
export const scenarioBody = z.strictObject({ number: phoneNumber, scenario });

export const faultBody = z.strictObject({
  operation: z.enum([...OPERATIONS, ...OPERATION_GROUPS]),
  kind: z.enum(["reset", "hang", "slow", "rate_limit", "error", "malformed", "late_listing"]),
  when: z.enum(["before", "after"]).exactOptional(),
  ms: ms.exactOptional(),
  status: z.number().int().min(400).max(599).exactOptional(),
  code: z.number().exactOptional(),
  message: z.string().exactOptional(),
  details: z.unknown().exactOptional(),
  isProblem: z.boolean().exactOptional(),
  subcode: z.number().exactOptional(),
  isTransient: z.boolean().exactOptional(),
  retryAfterSeconds: z.number().min(0).exactOptional(),
  match: z.string().exactOptional(),
  times: z.number().int().min(1).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
  seed: z.number().int().exactOptional(),
});

const webhookUrl = z.url().nullable().exactOptional();

export const numberBody = z.strictObject({
  phoneNumber,
  accountSid: z.string().exactOptional(),
  smsUrl: webhookUrl,
  smsApplicationSid: z.string().nullable().exactOptional(),
  voiceUrl: webhookUrl,
  voiceApplicationSid: z.string().nullable().exactOptional(),
});

export const accountBody = z.strictObject({
  sid: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/i)
    .exactOptional(),
  friendlyName: z.string().exactOptional(),
  status: z.enum(["active", "suspended", "closed"]).exactOptional(),
});

export const accountChangeBody = z.strictObject({
  status: z.enum(["active", "suspended", "closed"]).exactOptional(),
  type: z.enum(["Full", "Trial"]).exactOptional(),
});

const offlineReasons = z.array(
  z.strictObject({ code: z.string(), message: z.string(), more_info: z.string() }),
);

export const senderBody = z.strictObject({
  accountSid: z.string(),
  phoneNumber,
  wabaId: z.string().nullable().exactOptional(),
  status: z.string().exactOptional(),
  offlineReasons: offlineReasons.exactOptional(),
  name: z.string().exactOptional(),
});

export const senderChangeBody = z.strictObject({
  status: z.string().exactOptional(),
  offlineReasons: offlineReasons.nullable().exactOptional(),
  wabaId: z.string().exactOptional(),
  webhook: z.record(z.string(), z.unknown()).nullable().exactOptional(),
  health: z
    .strictObject({
      quality_rating: z.string().nullable().exactOptional(),
      messaging_limit: z.string().nullable().exactOptional(),
      pending_display_name_status: z.string().exactOptional(),
    })
    .exactOptional(),
});

export const smsBody = z.strictObject({ to: phoneNumber, from: z.string(), body: z.string() });

export const messageBody = z.strictObject({ to: phoneNumber, from: phoneNumber, body: z.string() });

export const callBody = z.strictObject({ to: phoneNumber, from: z.string() });

export const codeBody = z.strictObject({ phoneNumber });

export const wabaBody = z.strictObject({
  id: z.string().regex(/^\d+$/),
  name: z.string().exactOptional(),
  numbers: z
    .array(
      z.strictObject({
        phoneNumber,
        display: z.string().exactOptional(),
        codeVerificationStatus: z.enum(CODE_VERIFICATION_STATUSES).exactOptional(),
        status: z.string().min(1).exactOptional(),
      }),
    )
    .exactOptional(),
});

export const signupBody = z.strictObject({
  appId: z.string(),
  configId: z.string(),
  extras: z.record(z.string(), z.unknown()),
  responseType: z.string().exactOptional(),
  overrideDefaultResponseType: z.boolean().exactOptional(),
  outcome: z.enum(OUTCOMES).exactOptional(),
  wabaId: z.string().regex(/^\d+$/).exactOptional(),
  businessId: z.string().exactOptional(),
  phoneNumber: phoneNumber.exactOptional(),
  displayPhoneNumber: z.string().exactOptional(),
  displayName: z.string().exactOptional(),
  numberEnds: z.enum(NUMBER_ENDS).exactOptional(),
  verificationCode: z.string().exactOptional(),
  currentStep: z.string().exactOptional(),
  errorCode: z.string().exactOptional(),
  errorMessage: z.string().exactOptional(),
  event: z.string().exactOptional(),
  withCode: z.boolean().exactOptional(),
  accountField: z.enum(ACCOUNT_FIELDS).exactOptional(),
  grant: z
    .strictObject({
      wabaIds: z.array(z.string()).exactOptional(),
      namesTargets: z.boolean().exactOptional(),
    })
    .exactOptional(),
});
