import type { ProblemCode } from "../catalogue.ts";
import { customer } from "./en/customer.ts";
import { platform } from "./en/platform.ts";
import { request } from "./en/request.ts";
import { signup } from "./en/signup.ts";
import type { ProblemText } from "./text.ts";

/** All texts in English. */
export const en = {
  ...request,
  ...signup,
  ...customer,
  ...platform,
} as const satisfies Record<ProblemCode, ProblemText>;
