import type { ProblemCode } from "../catalogue.ts";
import { customer } from "./pt/customer.ts";
import { platform } from "./pt/platform.ts";
import { request } from "./pt/request.ts";
import { signup } from "./pt/signup.ts";
import type { ProblemText } from "./text.ts";

/** All texts in Brazilian Portuguese. */
export const pt = {
  ...request,
  ...signup,
  ...customer,
  ...platform,
} as const satisfies Record<ProblemCode, ProblemText>;
