import type { ProblemCode } from "../catalogue.ts";
import { customer } from "./es/customer.ts";
import { platform } from "./es/platform.ts";
import { request } from "./es/request.ts";
import { signup } from "./es/signup.ts";
import type { ProblemText } from "./text.ts";

/** All texts in Spanish. */
export const es = {
  ...request,
  ...signup,
  ...customer,
  ...platform,
} as const satisfies Record<ProblemCode, ProblemText>;
