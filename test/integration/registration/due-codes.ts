import { newUser, newWaba } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, type SignupPlan } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

/** The code that is right in these tests. */
export const CODE = "482913";

/** Bodies of the calls of this operation at Twilio so far. */
export const bodiesOf = (service: TestService, operation: string) =>
  service.simulator.twilio
    .requests()
    .filter((request) => request.operation === operation)
    .map(({ body }) => body as { configuration?: Record<string, string> });

/** How many one-time codes have reached Twilio since so many updates. */
export const codesSince = (service: TestService, before: number) =>
  bodiesOf(service, "senders.update")
    .slice(before)
    .filter(({ configuration }) => configuration?.verification_code !== undefined).length;

/** A Twilio that refuses wrong codes at once and has patience without end. */
export function refuseWrongCodes(service: TestService, phoneNumber: string): void {
  service.simulator.twilio.setScenario(phoneNumber, {
    kind: "code",
    code: CODE,
    wrongCode: "refused",
    wrongTriesAllowed: 500,
    codesAllowed: 500,
  });
}

/** A signup whose code is due, of a number that nobody but its owner is said to have. */
export async function untilCodeIsDue(
  service: TestService,
  plan: SignupPlan & { phoneNumber: string },
) {
  const userId = plan.userId ?? newUser();
  const signup = await completeSignup(service, {
    wabaId: newWaba(),
    session: { phoneNumberType: "byo" },
    ...plan,
    userId,
  });
  const id = signup.integrationId;
  const { meta } = await eventually(
    () => getIntegration(service, id, userId),
    ({ registration }) => registration.waitingFor === "customer",
  );
  return { ...signup, userId, id, senderId: meta.senderId ?? "" };
}
