/** What people read about one problem, in one language. */
export interface ProblemText {
  title: string;
  /** What happened. */
  detail: string;
  /** What the problem's actor should do. */
  action: string;
  /** The same for the operator, where the problem can be the operator's to solve. */
  forOperator?: { detail: string; action: string };
}
