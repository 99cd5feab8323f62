/** The pictures that the documents show, by file in docs/screenshots; `npm run screenshots` makes them. */
export const PICTURES: ReadonlySet<string> = new Set([
  "demo-page-1280.png",
  "demo-page-connected-360.png",
  "form-es-light-360.png",
  "form-pt-dark-1280.png",
  "popup-open-en-light-360.png",
  "code-relayed-en-light-360.png",
  "cancel-PHONE_NUMBER_VERIFICATION-en-light-360.png",
  "error-3441030-es-dark-360.png",
  "popup-blocked-pt-light-360.png",
  "not-handed-over-es-light-360.png",
  "in-app-browser-es-light-360.png",
  "session_expired-pt-light-1280.png",
  "status-working-es-light-360.png",
  "status-code-pt-light-360.png",
  "status-connected-en-dark-1280.png",
]);
