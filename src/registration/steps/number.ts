import type { Integration, Intent } from "../../integrations/integration.ts";
import { ofLine } from "../../integrations/integration-queries.ts";
import { SETTLED } from "../../integrations/intent-transitions.ts";
import { numberInPlace, subaccountUnknown } from "../../integrations/sender-transitions.ts";
import { isOurs } from "../../integrations/ours.ts";
import type { OwnedNumber } from "../../twilio/accounts-client.ts";
import type { SubaccountCredentials } from "../../twilio/senders-client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { RegistrationFailure } from "../failure.ts";
import {
  CONTINUE,
  credentialsFor,
  isOfNumber,
  pollLater,
  sendIntended,
  type StepResult,
  type RegistrationDeps,
  type StepContext,
} from "../step-context.ts";

/** Where a number of ours sits that is not yet in the integration's subaccount. */
interface Place {
  accountSid: string;
  number: OwnedNumber;
  mayMove: boolean;
}

/**
 * Moves a number of ours into the subaccount, when it is assigned to the owner and free to go
 * (docs/contract.md section 4, step 2). One that is not at Twilio is left alone.
 */
export async function numberStep(context: StepContext): Promise<StepResult> {
  const { claim, deps, log } = context;
  const to = claim.integration.meta.twilioSubaccountSid;
  if (!to) {
    await claim.write(subaccountUnknown(claim.integration, deps.clock.now()));
    return CONTINUE;
  }
  const place = (await inParent(context)) ?? (await inOtherSubaccount(context, to));
  if (place) {
    if (!place.mayMove || !(await isAssigned(deps, claim.integration))) {
      throw new RegistrationFailure("number_not_assigned");
    }
    const { accountSid: from, number } = place;
    try {
      await sendIntended(context, { kind: "move_number", subaccountSid: to }, (timeoutMs) =>
        deps.accounts.moveNumber({ numberSid: number.sid, from, to }, timeoutMs),
      );
    } catch (error) {
      // Listed, but gone from there: a move of a moment ago that listings do not show yet.
      if (error instanceof TwilioError && error.isNotFound) return pollLater(context, "twilio");
      throw error;
    }
    log.info({ event: "number_moved", from, to }, "Number moved into the subaccount");
  }
  const now = deps.clock.now();
  await claim.write(
    numberInPlace(claim.integration, now),
    ...(place ? [{ at: now, step: "sender", event: "number_moved" }] : []),
  );
  return CONTINUE;
}

/** A move whose answer was lost: where the number is there, its story is told all the same. */
export async function settleMove({ claim, deps, log }: StepContext, intent: Intent): Promise<void> {
  const { subaccountSid: to } = intent;
  const moved = await deps.accounts.listNumbers(to, claim.integration.externalId);
  const isThere = moved.length > 0;
  const entry = { at: deps.clock.now(), event: "number_moved", step: "number" };
  await claim.write(SETTLED, ...(isThere ? [entry] : []));
  if (isThere) log.info({ event: "number_moved", to }, "Number moved into the subaccount");
}

/** Whether the number is meant for the integration's owner. */
export async function isAssigned(
  { assignments }: Pick<RegistrationDeps, "assignments">,
  { externalId, userId, registration }: Integration,
): Promise<boolean> {
  return assignments.isAssigned(externalId, userId, registration.numberAssigned);
}

/** A number that is a sender of the parent serves there already and may not be taken away. */
async function inParent(context: StepContext): Promise<Place | undefined> {
  const { claim, deps } = context;
  const { parent } = deps.accounts;
  const [number] = await deps.accounts.listNumbers(parent.accountSid, claim.integration.externalId);
  if (!number) return undefined;
  const mayMove = !(await isSenderOf(context, parent));
  return { accountSid: parent.accountSid, number, mayMove };
}

async function isSenderOf(context: StepContext, account: SubaccountCredentials): Promise<boolean> {
  const senders = await context.deps.senders.list(account);
  return senders.some((sender) => isOfNumber(context, sender));
}

/**
 * Looks where the number's line was registered before, by this owner or another; then where it can be
 * although no integration says so: where the operator saw it, and in the owner's other subaccounts.
 * Such a place lets the number go unless it is a sender there.
 */
async function inOtherSubaccount(context: StepContext, own: string): Promise<Place | undefined> {
  const { claim, deps } = context;
  const { externalId, userId } = claim.integration;
  const holders = await deps.integrations.find(ofLine(externalId)).lean();
  const held = new Map(holders.filter(isOurs).flatMap((holder) => placesOf(holder, context)));
  const assignment = await deps.assignments.find(externalId);
  const seenIn = assignment?.foundIn ? [assignment.foundIn] : [];
  const places = new Set([...held.keys(), ...seenIn, ...(await deps.subaccounts.sidsOf(userId))]);
  for (const looked of [own, deps.accounts.parent.accountSid]) places.delete(looked);
  for (const accountSid of places) {
    const [number] = await numbersIn(context, accountSid);
    if (!number) continue;
    const mayMove = held.get(accountSid) ?? (await isIdleIn(context, accountSid));
    return { accountSid, number, mayMove };
  }
  return undefined;
}

async function isIdleIn(context: StepContext, accountSid: string): Promise<boolean> {
  const credentials = await credentialsFor(context, accountSid);
  return credentials !== undefined && !(await isSenderOf(context, credentials));
}

/** A closed account holds nothing, however Twilio puts it. */
async function numbersIn({ claim, deps }: StepContext, accountSid: string): Promise<OwnedNumber[]> {
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
function placesOf(holder: Integration, { claim }: StepContext): [string, boolean][] {
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
