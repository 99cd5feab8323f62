import type { PLATFORM_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const platform = {
  number_not_assigned: {
    title: "Number not assigned",
    detail: "The number belongs to the service and is not assigned to this account.",
    action: "Assign it with “npm run ops -- assign” if it is the customer's, then try again.",
  },
  sender_has_other_waba: {
    title: "Number registered with another account",
    detail: "The number is already registered with another WhatsApp Business account.",
    action: "Check that sender in the subaccount; delete it if it is not needed, then try again.",
  },
  subaccount_has_other_waba: {
    title: "Account in use",
    detail: "The account prepared for the number is tied to another WhatsApp Business account.",
    action: "Check the senders of the subaccount; delete those left over, then try again.",
  },
  sender_action_unsupported: {
    title: "Action not supported",
    detail: "The action is not supported for this number.",
    action: "Check the sender in the Twilio Console and ask Twilio's support.",
  },
  sender_number_refused: {
    title: "Number refused",
    detail: "This number is not accepted for WhatsApp.",
    action: "Check number and kind of number at Twilio; ask Twilio's support where they are right.",
  },
  sender_migrated: {
    title: "Number migrated",
    detail: "The number was migrated to an account outside this service.",
    action:
      "Find out at Twilio where the number is now, and have it brought back or disconnect it.",
  },
  sender_vanished: {
    title: "Registration not found",
    detail: "The registration of the number no longer exists.",
    action: "Find out who deleted it; “retry” registers the number again.",
  },
  subaccount_suspended: {
    title: "Account suspended",
    detail: "The account prepared for the number is suspended.",
    action: "Activate the subaccount in the Twilio Console, then try again.",
  },
  subaccount_limit_reached: {
    title: "No more accounts",
    detail: "The service has reached its limit of accounts.",
    action: "Ask Twilio for a higher limit or close unused subaccounts, then try again.",
  },
  twilio_credentials_rejected: {
    title: "Registration stopped",
    detail: "We could not get into the account with which we register numbers.",
    action:
      "Twilio rejected the credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN with “npm run doctor”.",
  },
  twilio_account_inactive: {
    title: "Service account not active",
    detail: "The service's account is suspended or closed, or lacks a permission.",
    action: "Check the state of the account in the Twilio Console, then try again.",
  },
  twilio_resource_missing: {
    title: "Part of the registration missing",
    detail: "Something that the registration needs cannot be found.",
    action: "Check the subaccount and the sender in the Twilio Console, then try again.",
  },
  twilio_request_refused: {
    title: "Registration refused",
    detail: "The registration of the number was refused.",
    action: "Look up the provider's code in Twilio's error list, correct the cause and try again.",
  },
  registration_deadline_exceeded: {
    title: "Registration took too long",
    detail: "The registration was not finished within the time allowed.",
    action: "Look in the history for what was awaited, settle it and try again.",
  },
  display_name_change_in_progress: {
    title: "Name under review",
    detail: "WhatsApp is still handling an earlier change of the name.",
    action: "Nothing to do: the service tries again by itself.",
  },
  twilio_rate_limited: {
    title: "Registration is slower right now",
    detail: "Numbers are registered more slowly at the moment.",
    action:
      "Wait: Twilio asked for fewer requests, and the service tries again by itself. A code that was just entered has to be entered again.",
  },
  twilio_unavailable: {
    title: "Registration does not answer right now",
    detail: "The service with which we register numbers does not answer at the moment.",
    action:
      "Wait: the service calls Twilio again by itself. A code that was just entered has to be entered again.",
  },
} as const satisfies Record<keyof typeof PLATFORM_PROBLEMS, ProblemText>;
