import type { Integration } from "../../integrations/integration.ts";
import type { Remedy } from "../../pages/status-view.ts";
import type { CUSTOMER_PROBLEMS, ProblemCode } from "../../problems/catalogue.ts";

/** Null where the page offers another way: the code's own field, and a new code. */
const REMEDIES: Readonly<Record<keyof typeof CUSTOMER_PROBLEMS, Remedy | null>> = {
  display_name_missing: "name",
  display_name_rejected: "name",
  number_linked_elsewhere: "retry",
  waba_linked_elsewhere: "retry",
  waba_not_shared: "connect",
  credit_line_conflict: "connect",
  waba_number_limit: "retry",
  number_already_on_whatsapp: "retry",
  two_step_verification_on: "retry",
  waba_access_lost: "connect",
  waba_disabled: "retry",
  number_not_verifiable: "retry",
  too_many_codes: "retry",
  code_not_received: null,
  verification_code_wrong: null,
  number_moved_to_other_waba: "connect",
  invitation_not_accepted: "retry",
  sender_offline: "retry",
};

/** What the page offers a customer whose number is disconnected, or who can mend the error it ended with. */
export function remedyOf({ status, registration }: Integration): Remedy | null {
  const { error } = registration;
  if (status === "disconnected") return "connect";
  if (status !== "error" || error?.actor !== "customer") return null;
  const remedies: Partial<Record<ProblemCode, Remedy | null>> = REMEDIES;
  return remedies[error.code] ?? null;
}
