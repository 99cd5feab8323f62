import type { AdviceKind } from "../../pages/texts/page-texts.ts";

/** Meta's error codes by what helps. */
const KINDS: Readonly<Record<string, AdviceKind>> = {
  2388091: "codeMissing",
  2388093: "codeWrong",
  2388098: "accountLimit",
  2388107: "numberInUse",
  2494028: "accountElsewhere",
  2494067: "accountLimit",
  2494119: "alreadyLinked",
  2494158: "tooManyCodes",
  2593037: "tooManyCodes",
  2593039: "tooManyCodes",
  2655048: "businessApp",
  2655049: "accountElsewhere",
  2655089: "businessApp",
  2655093: "businessApp",
  2655094: "businessApp",
  2655095: "businessApp",
  2859009: "twoFactor",
  3441030: "numberInUse",
  3441033: "wait",
  3441040: "businessApp",
  3441045: "businessApp",
  3441046: "wait",
  3441049: "businessApp",
  3441051: "businessApp",
  4612001: "twoFactor",
};

/** The kind of advice for a code of Meta's, if there is one. */
export function adviceKind(code: string | undefined): AdviceKind | undefined {
  return code === undefined ? undefined : KINDS[code];
}
