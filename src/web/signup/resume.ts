import { destination, leaveAddressBar } from "./address.ts";
import { mayPass, postResult } from "./calls.ts";
import { forgetResult, savedResult } from "./saved-result.ts";
import type { SignupResult } from "./types.ts";

// A reload after the callback took the session, but before its answer arrived, ends on the page
// "link already used". The callback answers its repeat as it did the first time.
const payload = new URLSearchParams(window.location.search).get("payload") ?? "";
const saved = savedResult(payload);
leaveAddressBar();
if (saved !== undefined) void handOver(saved);

async function handOver(result: SignupResult): Promise<void> {
  try {
    const { redirectUrl } = await postResult(payload, result);
    forgetResult();
    window.location.replace(destination(redirectUrl));
  } catch (error) {
    // During an outage it stays, for the next time that the link is opened in this tab.
    if (!mayPass(error)) forgetResult();
  }
}
