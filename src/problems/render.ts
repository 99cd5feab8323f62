import { PROBLEMS, type ProblemActor, type ProblemCode } from "./catalogue.ts";
import { customerAction } from "./customer-action.ts";
import type { Locale } from "./locales.ts";
import type { MismatchedNumbers, ProblemError, ProblemIssue } from "./problem-error.ts";
import { en } from "./texts/en.ts";
import { es } from "./texts/es.ts";
import { pt } from "./texts/pt.ts";
import type { ProblemText } from "./texts/text.ts";

/** A problem as people read it: in an answer, and in `registration.error`. */
export interface ProblemDescription {
  code: ProblemCode;
  title: string;
  detail: string;
  actor: ProblemActor;
  /** What `actor` should do. */
  action: string;
  /** What the customer reads of it: what to do, or who is at it. Title and detail are fit for them too. */
  customerAction: string;
  retryable: boolean;
}

/** Body of an `application/problem+json` answer. */
export interface ProblemBody extends ProblemDescription {
  type: string;
  status: number;
  /** The request id. */
  instance: string;
  issues?: readonly ProblemIssue[];
  /** The database index that is in the way. */
  index?: string;
  numbers?: MismatchedNumbers;
  success: false;
  /** The same text as `detail`, for clients of the older contract. */
  error: string;
}

const TEXTS: Readonly<Record<Locale, Readonly<Record<ProblemCode, ProblemText>>>> = { es, pt, en };

/**
 * The texts of a problem in one language.
 * @param actor who has to act in this case, where it may be another one than the catalogue says
 */
export function problemText(
  code: ProblemCode,
  locale: Locale,
  actor: ProblemActor = PROBLEMS[code].actor,
): ProblemText {
  const { operator, ...usual } = TEXTS[locale][code];
  return actor === "operator" && operator ? { ...usual, ...operator } : usual;
}

/** What happened, as the customer's pages and the SaaS's address after a failure say it. */
export function customerDetail(code: ProblemCode, locale: Locale, actor?: ProblemActor): string {
  const { detail, detailForCustomer = detail } = problemText(code, locale, actor);
  return detailForCustomer;
}

/** Under which path each problem has a page. */
export const PROBLEMS_PATH = "/problems";

/** Name of a kind of problem (RFC 9457 `type`): the address of the page that explains it. */
export function problemType(code: ProblemCode, publicUrl: string): string {
  return `${publicUrl}${PROBLEMS_PATH}/${code}`;
}

/**
 * A problem with its texts, as it is stored and shown outside an answer.
 * @param actor who has to act, where it is not whom the catalogue names
 */
export function describeProblem(
  code: ProblemCode,
  locale: Locale,
  actor: ProblemActor = PROBLEMS[code].actor,
): ProblemDescription {
  const { title, detail, action } = problemText(code, locale, actor);
  const { retryable } = PROBLEMS[code];
  const forCustomer = customerAction({ actor, action, retryable }, locale);
  return { code, title, detail, actor, action, customerAction: forCustomer, retryable };
}

/** What a problem's answer says beside the problem. */
export interface ProblemContext {
  locale: Locale;
  /** The request id. */
  instance: string;
  /** The service's own origin. */
  publicUrl: string;
}

/** The body of the answer for an error. Message, cause and provider code of the error stay inside. */
export function renderProblem(error: ProblemError, context: ProblemContext): ProblemBody {
  const described = describeProblem(error.code, context.locale, error.actor);
  return {
    type: problemType(error.code, context.publicUrl),
    status: PROBLEMS[error.code].status,
    instance: context.instance,
    ...described,
    ...(error.issues === undefined ? {} : { issues: error.issues }),
    ...(error.index === undefined ? {} : { index: error.index }),
    ...(error.numbers === undefined ? {} : { numbers: error.numbers }),
    success: false,
    error: described.detail,
  };
}
