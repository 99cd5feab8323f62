import type { Logger } from "../logger.ts";
import type { GraphClient, GraphSession } from "../meta/graph-client.ts";
import { GraphError } from "../meta/graph-error.ts";
import { ProblemError } from "../problems/problem-error.ts";
import { failedCall } from "../provider-message.ts";
import { requireSameLine } from "../signup/require-same-line.ts";
import { proofFailurePush, type CallbackValues, type WabaProof } from "../signup/signup-session.ts";

const NOT_THE_CUSTOMERS = {
  app_rejected: "meta_app_rejected",
  unavailable: "meta_unavailable",
} as const;

/** @throws ProblemError `phone_number_mismatch` */
async function numberOf(
  session: GraphSession,
  { wabaId, phoneNumber }: CallbackValues,
  phoneNumberId: string,
): Promise<{ number: string; isVerified: boolean }> {
  const listed = (await session.phoneNumbers(wabaId)).get(phoneNumberId);
  if (listed?.number === undefined) throw new ProblemError("phone_number_mismatch");
  requireSameLine(phoneNumber, listed.number);
  return { number: listed.number, isVerified: listed.isVerified };
}

/**
 * Asks Meta whether the customer who brought `code` owns the WABA, and whether a named phone number
 * id is the callback's number and verified there (docs/contract.md, "Owner of the WABA"). Without
 * an id nothing is shown: that a number is listed says nothing about who put it there.
 * @throws ProblemError `waba_proof_missing`, `waba_not_authorised`, `phone_number_mismatch`,
 * `meta_unavailable`, `meta_app_rejected`
 */
export async function proveWaba(
  graph: GraphClient,
  values: CallbackValues,
  code: string | undefined,
  logger: Logger,
): Promise<WabaProof> {
  if (!code) throw new ProblemError("waba_proof_missing");
  // A code that Meta refuses is as good as none; a token that it refuses was not granted the WABA.
  let refused: "waba_proof_missing" | "waba_not_authorised" = "waba_proof_missing";
  try {
    const session = await graph.openSession(code);
    refused = "waba_not_authorised";
    if (!(await session.isGranted(values.wabaId))) throw new ProblemError("waba_not_authorised");
    const listed = values.phoneNumberId
      ? await numberOf(session, values, values.phoneNumberId)
      : undefined;
    const numberShown = listed?.isVerified ?? false;
    logger.info(
      { event: "waba_verified", wabaId: values.wabaId, numberShown },
      "Meta confirmed the WABA",
    );
    return { by: "meta", numberShown, ...(listed ? { numberAtMeta: listed.number } : {}) };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new ProblemError(error.kind === "refused" ? refused : NOT_THE_CUSTOMERS[error.kind], {
      cause: error,
      failedCall: error.failedCall,
      ...(error.code ? { providerCode: error.code } : {}),
    });
  }
}

/** The update that notes it; empty where there is nothing to note. */
export type FailedProof = Partial<ReturnType<typeof proofFailurePush>>;

/** What is noted on the session of a callback that proved nothing; the operator reads it there. */
export function failedProof(error: unknown, at: Date): FailedProof {
  if (!(error instanceof ProblemError)) return {};
  const { code, providerCode, failedCall: call } = error;
  return proofFailurePush({
    at,
    code,
    ...(providerCode ? { providerCode } : {}),
    ...failedCall(call),
  });
}
