import { ProblemError } from "../problems/problem-error.ts";
import {
  CALLBACK_PATH,
  isAllowedReturnUrl,
  RESULT_PATH,
  SIGNUP_PATH,
  withParameters,
} from "./urls.ts";

export interface SessionUrlSettings {
  publicUrl: string;
  accountSid: string;
  facebookBusinessId: string;
  redirectUrl: string;
  /** Undefined: the browser ends on the service's own result page. */
  successUrl: string | undefined;
  failureUrl: string | undefined;
  allowedReturnOrigins: readonly string[];
}

/** The addresses of a session: where its link leads, and where the browser ends. */
export class SessionUrls {
  readonly #settings: SessionUrlSettings;

  constructor(settings: SessionUrlSettings) {
    this.#settings = settings;
  }

  /** What the caller asked for, else the configured one. @throws ProblemError `return_url_not_allowed` */
  end(name: "returnUrl" | "failureUrl", requested: string | undefined, sessionId: string): string {
    const { publicUrl, successUrl, failureUrl, allowedReturnOrigins } = this.#settings;
    if (requested === undefined) {
      return (
        (name === "returnUrl" ? successUrl : failureUrl) ??
        withParameters(`${publicUrl}${RESULT_PATH}`, { session: sessionId })
      );
    }
    if (isAllowedReturnUrl(requested, allowedReturnOrigins)) return requested;
    throw new ProblemError("return_url_not_allowed", {
      issues: [{ path: name, code: "not_allowed", message: "not of an allowed origin" }],
      logged: {
        reason: "return_url_not_allowed",
        origin: URL.canParse(requested) ? new URL(requested).origin : null,
        expected: allowedReturnOrigins,
      },
    });
  }

  signup(payload: string, partnerSolutionId: string): string {
    return withParameters(
      `${this.#settings.publicUrl}${SIGNUP_PATH}`,
      this.#parameters(payload, partnerSolutionId),
    );
  }

  /** Success and failure both come back to the callback, so that the session learns of both. */
  redirect(payload: string, partnerSolutionId: string): string {
    const callbackUrl = `${this.#settings.publicUrl}${CALLBACK_PATH}`;
    return withParameters(this.#settings.redirectUrl, {
      ...this.#parameters(payload, partnerSolutionId),
      returnUrl: callbackUrl,
      failureUrl: callbackUrl,
    });
  }

  #parameters(payload: string, partnerSolutionId: string) {
    const { accountSid, facebookBusinessId } = this.#settings;
    return { accountSid, facebookBusinessId, partnerSolutionId, payload };
  }
}
