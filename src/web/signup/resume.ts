import { leaveAddressBar } from "./address.ts";
import { postResult } from "./calls.ts";
import { forgetResult, savedResult } from "./saved-result.ts";

// A reload after the callback took the session, but before its answer arrived, ends on the page
// "link already used". The callback answers its repeat as it did the first time.
const payload = new URLSearchParams(window.location.search).get("payload") ?? "";
const result = savedResult(payload);
leaveAddressBar();
if (result !== undefined) {
  postResult(payload, result)
    .then(({ redirectUrl }) => window.location.replace(redirectUrl))
    .catch(() => {})
    .finally(forgetResult);
}
