import type { SIGNUP_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const signup = {
  signup_cancelled: {
    title: "Connection cancelled",
    detail: "Facebook's window was closed before the connection was finished.",
    action: "Press “Connect WhatsApp” again and go through to the last screen.",
  },
  signup_failed: {
    title: "Connection not completed",
    detail: "Facebook could not complete the connection.",
    action:
      "Follow the advice in Facebook's window and try again. If it fails again, contact support.",
  },
  waba_proof_missing: {
    title: "Facebook's confirmation is missing",
    detail: "Facebook did not confirm who manages the WhatsApp Business account.",
    action: "Start again on the same page and finish all the steps in Facebook's window.",
  },
  browser_mismatch: {
    title: "Other browser",
    detail: "The connection was started in another browser.",
    action: "Continue in the browser where it was started, or ask for a new link.",
  },
  waba_not_authorised: {
    title: "Account not authorised",
    detail: "The permission given on Facebook does not include this WhatsApp Business account.",
    action: "Start again and, in Facebook's window, choose the account that is to be connected.",
  },
  session_unknown: {
    title: "Link not valid",
    detail: "This connection link does not exist or is incomplete.",
    action: "Open the complete link, or ask for a new one.",
  },
  session_used: {
    title: "Link already used",
    detail: "A connection was already made with this link.",
    action: "Check the state of the connection, or ask for a new link for another number.",
  },
  session_in_use: {
    title: "Link in use",
    detail: "This link is already in use in another browser.",
    action: "Continue in that browser, or ask whoever sent the link to release it.",
  },
  phone_number_mismatch: {
    title: "Different number",
    detail: "The number chosen on Facebook is not the one this link is for.",
    action: "Start again with the number shown, or ask for a link for the other number.",
  },
  coexistence_unsupported: {
    title: "WhatsApp Business app not supported",
    detail: "A number that stays in the WhatsApp Business app cannot be connected.",
    action:
      "Use another number, or delete the account in the app and start again without the app option.",
  },
  number_already_linked: {
    title: "Number already connected",
    detail: "This number is already connected with another WhatsApp Business account.",
    action: "Disconnect the number first, then connect it with the other account.",
    operator: {
      detail: "This number is already connected, but not by this service.",
      action: "Take it over with “npm run ops -- import-legacy”, then let the customer try again.",
    },
  },
  session_expired: {
    title: "Link expired",
    detail: "The time to use this link is over.",
    action: "Ask for a new link.",
  },
  session_revoked: {
    title: "Link withdrawn",
    detail: "Whoever sent this link has withdrawn it.",
    action: "Ask for a new link.",
  },
  session_ended: {
    title: "Signup ended",
    detail: "This signup has ended; nothing more of it is kept.",
    action: "See in your account how the number is doing.",
  },
  meta_unavailable: {
    title: "Facebook does not answer",
    detail: "Facebook did not answer in time to confirm the connection.",
    action: "Try again in a few minutes.",
  },
  meta_app_rejected: {
    title: "Connection with Facebook refused",
    detail: "Facebook did not accept this service's own app. It is nothing that you did.",
    action:
      "Check META_APP_ID, META_APP_SECRET and META_GRAPH_VERSION with “npm run doctor” and Meta's message in the log; then the customer starts again.",
  },
} as const satisfies Record<keyof typeof SIGNUP_PROBLEMS, ProblemText>;
