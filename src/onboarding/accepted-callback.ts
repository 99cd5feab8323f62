import { returnParameters, type SignupSession } from "../signup/signup-session.ts";
import { withParameters } from "../signup/urls.ts";

/** Where the browser goes after an accepted callback; the same for every repeat. */
export interface AcceptedCallback {
  sessionId: string;
  integrationId: string;
  redirectUrl: string;
}

/** The answer to a callback, from what its session keeps alone: every repeat gets the same. */
export function accepted(
  session: SignupSession,
  integrationId: string,
  phone: string,
): AcceptedCallback {
  return {
    sessionId: session._id,
    integrationId,
    redirectUrl: withParameters(session.returnUrl, {
      status: "pending",
      integrationId,
      ...returnParameters(session),
      phone,
    }),
  };
}
