import { isOurs, PROVIDER, type Integration, type Intent } from "../../integrations/integration.ts";
import type { OwnedNumber } from "../../twilio/accounts-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { RegistrationFailure } from "../failure.ts";
import {
  AGAIN,
  lookAgain,
  progress,
  sendChange,
  senderIdOf,
  type Next,
  type RegistrationDeps,
  type Work,
} from "../work.ts";

/** Where a number of ours sits that is not yet in the integration's subaccount. */
interface Place {
  accountSid: string;
  number: OwnedNumber;
  mayMove: boolean;
}

/**
 * Moves a number of ours into the subaccount, when it is assigned to the owner and free to go
 * (contract.md section 4, step 2). One that is not at Twilio is left alone.
 */
export async function numberStep(work: Work): Promise<Next> {
  const { claim, deps, log } = work;
  const to = claim.integration.meta.twilioSubaccountSid;
  if (!to) {
    await progress(work, "subaccount");
    return AGAIN;
  }
  const place = (await inParent(work)) ?? (await inOtherSubaccount(work, to));
  if (place) {
    if (!place.mayMove || !(await isAssigned(deps, claim.integration)))
      throw new RegistrationFailure("number_not_assigned");
    const { accountSid: from, number } = place;
    try {
      await sendChange(work, { kind: "move_number", subaccountSid: to }, (timeoutMs) =>
        deps.accounts.moveNumber({ numberSid: number.sid, from, to }, timeoutMs),
      );
    } catch (error) {
      // Listed, but gone from there: a move of a moment ago that listings do not show yet.
      if (error instanceof TwilioError && error.isNotFound) return lookAgain(work, "twilio");
      throw error;
    }
    log.info({ event: "number_moved", from, to }, "Number moved into the subaccount");
  }
  await progress(work, "sender", {}, place ? { event: "number_moved" } : undefined);
  return AGAIN;
}

/** A move whose answer was lost: where the number is there, its story is told all the same. */
export async function settleMove({ claim, deps, log }: Work, intent: Intent): Promise<void> {
  const { subaccountSid: to } = intent;
  const moved = await deps.accounts.listNumbers(to, claim.integration.externalId);
  const isThere = moved.length > 0;
  const entry = { at: deps.clock.now(), event: "number_moved", step: "number" };
  await claim.write({ $unset: { "registration.intent": 1 } }, ...(isThere ? [entry] : []));
  if (isThere) log.info({ event: "number_moved", to }, "Number moved into the subaccount");
}

/** Whether the number is meant for the integration's owner. */
export async function isAssigned(
  { assignments }: Pick<RegistrationDeps, "assignments">,
  { externalId, userId, registration }: Integration,
): Promise<boolean> {
  return registration.numberAssigned || (await assignments.isAssigned(externalId, userId));
}

/** A number that is a sender of the parent serves there already and may not be taken away. */
async function inParent(work: Work): Promise<Place | undefined> {
  const { claim, deps } = work;
  const { parent } = deps.accounts;
  const [number] = await deps.accounts.listNumbers(parent.accountSid, claim.integration.externalId);
  if (!number) return undefined;
  const senders = await deps.senders.list(parent);
  const isSender = senders.some((sender) => sender.senderId === senderIdOf(work));
  return { accountSid: parent.accountSid, number, mayMove: !isSender };
}

/** Looks where this number was registered before, by this owner or another. */
async function inOtherSubaccount(work: Work, own: string): Promise<Place | undefined> {
  const { claim, deps } = work;
  const { externalId } = claim.integration;
  const holders = await deps.integrations.find({ provider: PROVIDER, externalId }).lean();
  const places = new Map(holders.filter(isOurs).flatMap((holder) => placesOf(holder, work)));
  places.delete(own);
  for (const [accountSid, mayMove] of places) {
    const [number] = await numbersIn(work, accountSid);
    if (number) return { accountSid, number, mayMove };
  }
  return undefined;
}

/** A closed account holds nothing, however Twilio puts it. */
async function numbersIn({ claim, deps }: Work, accountSid: string): Promise<OwnedNumber[]> {
  try {
    return await deps.accounts.listNumbers(accountSid, claim.integration.externalId);
  } catch (error) {
    if (!(error instanceof TwilioError) || error.kind === "retryable") throw error;
    const account = await deps.accounts.fetch(accountSid);
    if (account && account.status !== "closed") throw error;
    return [];
  }
}

/**
 * Each subaccount that serves or served the holder's number, and whether the number may leave it:
 * the holder let go of it there, or is this owner, who proved the new WABA to Meta.
 */
function placesOf(holder: Integration, { claim }: Work): [string, boolean][] {
  const { userId, meta } = claim.integration;
  const isProvenOwner = holder.userId === userId && meta.wabaProof === "meta";
  const isFree = holder.status === "disconnected" || isProvenOwner;
  const present = holder.meta.twilioSubaccountSid;
  const former = holder.registration.formerSubaccounts;
  return [
    ...former.map(({ sid, released }): [string, boolean] => [sid, released || isFree]),
    ...(present ? [[present, isFree] satisfies [string, boolean]] : []),
  ];
}
