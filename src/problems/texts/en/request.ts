import type { REQUEST_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const request = {
  invalid_request: {
    title: "Invalid request",
    detail: "A value in the request is missing or not valid.",
    action: "Correct what “issues” names and send the request again.",
  },
  return_url_not_allowed: {
    title: "Return address not allowed",
    detail: "The return address is not among the allowed ones.",
    action:
      "Use an allowed origin in returnUrl and failureUrl, or have this one added to ALLOWED_RETURN_ORIGINS.",
  },
  unauthenticated: {
    title: "Not signed in",
    detail: "We do not know who you are, or your access has expired.",
    action: "Sign in again and send the request with a fresh bearer token.",
  },
  webhook_signature_invalid: {
    title: "Notice without a valid signature",
    detail: "The request does not carry the signature of the account that holds the number.",
    action:
      "Compare PUBLIC_URL with the address that Twilio calls, and TWILIO_AUTH_TOKEN with the account's primary token.",
  },
  origin_not_allowed: {
    title: "Origin not allowed",
    detail: "This request may only be sent from the service's own pages.",
    action: "Open the signup link and continue on its page.",
  },
  not_found: {
    title: "Not found",
    detail: "There is nothing at this address.",
    action: "Compare the address with the documentation of the interface.",
  },
  integration_unknown: {
    title: "Integration not found",
    detail: "This account has no integration with that identifier.",
    action: "List the account's integrations and use an identifier from there.",
  },
  method_not_allowed: {
    title: "Method not allowed",
    detail: "This address cannot be used in that way.",
    action: "Use an HTTP method that the Allow header names.",
  },
  not_in_state: {
    title: "Not possible at this point",
    detail: "The action does not apply to the present state.",
    action: "Read the present state and offer only what applies to it.",
  },
  busy: {
    title: "Another step is under way",
    detail: "Another step is being carried out. Try again in a few seconds.",
    action: "Send the same request again after the seconds that Retry-After names.",
  },
  erasure_under_way: {
    title: "Data being deleted",
    detail:
      "This account's data is being deleted; nothing new can be connected until that is done.",
    action: "See what it waits for with “npm run ops -- erase”, then try again.",
  },
  idempotency_key_in_use: {
    title: "Key in use by another request",
    detail: "An earlier request with the same key has not been answered yet.",
    action:
      "Send the same request with the same Idempotency-Key again after the seconds that Retry-After names.",
  },
  idempotency_key_reused: {
    title: "Key of another request",
    detail: "This key was sent with another request in the last 24 hours.",
    action:
      "Send a new Idempotency-Key with each new request, and the same one only with the same request.",
  },
  payload_too_large: {
    title: "Request too large",
    detail: "The body of the request is larger than the service accepts.",
    action: "Send a smaller body.",
  },
  rate_limited: {
    title: "Too many requests",
    detail: "There were too many requests in a short time.",
    action: "Wait the seconds that Retry-After names, then try again.",
  },
  internal_error: {
    title: "Something went wrong",
    detail: "The fault is ours.",
    action: "Look for the request's identifier in the log: the cause is there.",
  },
  database_unavailable: {
    title: "The service is not available right now",
    detail: "We cannot read or save anything at the moment.",
    action: "Check the database and the connection to it. The request can be sent again later.",
  },
  database_index_conflict: {
    title: "The connection could not be saved",
    detail: "Something in our service keeps it from being saved.",
    action:
      "A unique index that is not this service's refuses the document: drop that index, or limit it to its own documents. The service tries again by itself every ten minutes.",
  },
  authentication_unavailable: {
    title: "Sign-in check not available",
    detail: "We cannot check who you are at the moment.",
    action:
      "Check AUTH_JWKS_URL, where the keys for tokens come from, and the connection to it. The request can be sent again later.",
  },
  partner_solution_id_not_configured: {
    title: "Connecting is not possible yet",
    detail: "Partner Solution ID not configured",
    detailForCustomer: "Our service is not ready to connect numbers yet.",
    action:
      "Set TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) and restart the service.",
  },
  prefetch_refused: {
    title: "Loaded in advance",
    detail: "The browser loaded the link in advance, without anybody opening it.",
    action: "Open the link itself.",
  },
} as const satisfies Record<keyof typeof REQUEST_PROBLEMS, ProblemText>;
