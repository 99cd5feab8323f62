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
    detail: "The origin of returnUrl or failureUrl is not among the allowed ones.",
    action: "Use an allowed origin, or have this one added to ALLOWED_RETURN_ORIGINS.",
  },
  unauthenticated: {
    title: "Not signed in",
    detail: "The access token is missing, not valid or expired.",
    action: "Sign in again and send the request with a fresh bearer token.",
  },
  webhook_signature_invalid: {
    title: "Webhook without a valid signature",
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
    detail: "This address does not accept that HTTP method.",
    action: "Use a method that the Allow header names.",
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
    detail: "An earlier request with the same Idempotency-Key has not been answered yet.",
    action:
      "Send the same request with the same key again after the seconds that Retry-After names.",
  },
  idempotency_key_reused: {
    title: "Key of another request",
    detail: "This Idempotency-Key was sent with another request in the last 24 hours.",
    action: "Send a new key with each new request, and the same key only with the same request.",
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
    title: "Internal error",
    detail: "Something went wrong in the service.",
    action: "Look for the request's identifier in the log: the cause is there.",
  },
  database_unavailable: {
    title: "Database not available",
    detail: "The service cannot reach its database at the moment.",
    action: "Check the database and the connection to it. The request can be sent again later.",
  },
  database_index_conflict: {
    title: "Database index in the way",
    detail: "A unique index of the database that is not this service's refuses the document.",
    action:
      "Drop the index that is named, or limit it to its own documents. The service tries again by itself every ten minutes.",
  },
  authentication_unavailable: {
    title: "Sign-in check not available",
    detail: "The keys that check the caller's token cannot be fetched at the moment.",
    action: "Check AUTH_JWKS_URL and the connection to it. The request can be sent again later.",
  },
  partner_solution_id_not_configured: {
    title: "Setup not finished",
    detail: "Partner Solution ID not configured",
    action:
      "Set TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) and restart the service.",
  },
  prefetch_refused: {
    title: "Loaded in advance",
    detail: "The browser loaded the link in advance, without anybody opening it.",
    action: "Open the link itself.",
  },
} as const satisfies Record<keyof typeof REQUEST_PROBLEMS, ProblemText>;
