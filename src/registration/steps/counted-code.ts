import { CODE_COUNTED, CODE_NOT_SENT } from "../../integrations/code-transitions.ts";
import type { Integration } from "../../integrations/integration.ts";
import { lineOf } from "../../phone-number.ts";
import type { SenderCreation } from "../../twilio/senders-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { RegistrationFailure } from "../failure.ts";
import type { RegistrationDeps, StepContext } from "../step-context.ts";
import { isAssigned } from "./number.ts";

/** Whether the line is this owner's: then what other owners did with its codes is nothing to it. */
export async function ownsLine(
  deps: Pick<RegistrationDeps, "assignments" | "holds">,
  integration: Integration,
): Promise<boolean> {
  const { userId, externalId } = integration;
  const holder = await deps.holds.holderOfLine(lineOf(externalId));
  return holder?.userId === userId || (await isAssigned(deps, integration));
}

/**
 * Creates a sender. It is counted before: where Twilio sends a code with it, once for a sender that
 * comes to be, however many tries that takes, and against the totals of codes; otherwise for Meta's
 * limit of registrations alone. A creation that was refused counts for nothing.
 * @throws RegistrationFailure `too_many_codes` with the time until one more may be sent
 */
export async function countingCode<T>(
  context: StepContext,
  { configuration }: SenderCreation,
  create: () => Promise<T>,
): Promise<T> {
  const { claim, deps } = context;
  const { target, verification } = claim.registration;
  const sendsCode = !target.numberShown || configuration.verification_method !== undefined;
  if (sendsCode && verification?.isCounted) return create();
  const { externalId: phoneNumber, userId } = claim.integration;
  const counted = await deps.lineCodes.count({
    phoneNumber,
    userId,
    use: sendsCode ? "created" : "registered",
    ownsLine: await ownsLine(deps, claim.integration),
  });
  if ("waitMs" in counted) {
    throw new RegistrationFailure("too_many_codes", { retryAfterMs: counted.waitMs });
  }
  const takeBack = () => deps.lineCodes.takeBack(phoneNumber, counted.id);
  try {
    if (sendsCode) await claim.write(CODE_COUNTED);
  } catch (error) {
    await takeBack();
    throw error;
  }
  try {
    return await create();
  } catch (error) {
    if (error instanceof TwilioError && !error.outcomeUnknown) {
      await takeBack();
      if (sendsCode) await claim.write(CODE_NOT_SENT);
    }
    throw error;
  }
}
