import type { CUSTOMER_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const customer = {
  display_name_missing: {
    title: "Name missing",
    detail: "WhatsApp needs the name that customers will see, and none was given.",
    action: "Enter the name of the business and try again.",
  },
  display_name_rejected: {
    title: "Name not accepted",
    detail: "WhatsApp did not accept the name of the business.",
    action:
      "Choose a name that is clearly related to the business and follows WhatsApp's rules, then try again.",
  },
  number_linked_elsewhere: {
    title: "Number connected to another account",
    detail: "This number is already connected to another account of this service.",
    action: "Disconnect it in the other account, then try again here; or use another number.",
    operator: {
      detail:
        "Another account of this service has this number, and it is not certain which of the two it belongs to.",
      action:
        "Find out whose number it is. “npm run ops -- hand-over” gives it to this account; once the other is disconnected, “retry” goes on.",
    },
  },
  waba_linked_elsewhere: {
    title: "WhatsApp account connected elsewhere",
    detail: "This WhatsApp Business account already serves another account of this service.",
    action:
      "Disconnect it there, then try again here; or connect again with a new WhatsApp Business account.",
    operator: {
      detail:
        "Another account of this service has this WhatsApp Business account, and it is not certain whose it is.",
      action:
        "Find out whose it is. “npm run ops -- hand-over” gives it to this account; once the other is disconnected, “retry” goes on.",
    },
  },
  waba_not_shared: {
    title: "WhatsApp account not shared",
    detail: "We have no access to the WhatsApp Business account, or another provider has it.",
    action: "Connect again and finish all the steps; if it repeats, create a new account in them.",
  },
  credit_line_conflict: {
    title: "Other means of payment",
    detail: "The WhatsApp Business account already has a card or the credit of another provider.",
    action: "Connect again and create a new WhatsApp Business account, without a card.",
  },
  waba_number_limit: {
    title: "No room for more numbers",
    detail: "The WhatsApp Business account has reached its limit of numbers.",
    action:
      "Remove a number that is not used, or ask WhatsApp's support for a higher limit, then try again.",
  },
  number_already_on_whatsapp: {
    title: "Number already on WhatsApp",
    detail: "This number is in use on WhatsApp or with another provider.",
    action:
      "Delete the account in the phone's app and wait about 3 minutes, or turn off two-step verification at the other provider; then try again.",
  },
  two_step_verification_on: {
    title: "Two-step verification is on",
    detail:
      "The number was registered before, and WhatsApp still protects it with two-step verification.",
    action: "Turn off two-step verification for the number in WhatsApp Manager, then try again.",
  },
  waba_access_lost: {
    title: "Access lost",
    detail: "The number or the WhatsApp Business account was deleted or is no longer shared.",
    action: "Connect the number again.",
  },
  waba_disabled: {
    title: "Account blocked",
    detail:
      "WhatsApp has disabled the WhatsApp Business account or waits for the business's verification.",
    action: "Look at the notices in Facebook's Business Support Home, resolve them and try again.",
  },
  number_not_verifiable: {
    title: "Number could not be verified",
    detail: "WhatsApp could not verify this number.",
    action: "Check that the number receives text messages or calls, then try again.",
  },
  too_many_codes: {
    title: "Too many codes",
    detail: "Too many verification codes were requested or tried.",
    action: "Wait, for a day at most, before you ask for or enter another code.",
  },
  code_not_received: {
    title: "Code not received",
    detail: "The verification code did not arrive by text message.",
    action: "Ask for the code by a call.",
  },
  verification_code_wrong: {
    title: "Wrong code",
    detail: "The verification code is wrong or has expired.",
    action: "Enter the last code received, or ask for a new one.",
  },
  number_moved_to_other_waba: {
    title: "Number moved",
    detail: "The number was moved to another WhatsApp Business account.",
    action: "Connect the number again with the account where it is now.",
  },
  invitation_not_accepted: {
    title: "Invitation not accepted",
    detail: "The invitation to share the WhatsApp Business account has not been accepted.",
    action: "Accept the invitation in the business settings on Facebook, then try again.",
  },
  sender_offline: {
    title: "Number not active",
    detail: "WhatsApp reports that the number cannot send or receive messages.",
    action: "Look at the notices in WhatsApp Manager, resolve them and try again.",
  },
} as const satisfies Record<keyof typeof CUSTOMER_PROBLEMS, ProblemText>;
