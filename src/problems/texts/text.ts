/** What people read about one problem, in one language. */
export interface ProblemText {
  title: string;
  /** What happened. */
  detail: string;
  /** What the problem's actor should do. */
  action: string;
  /** Said instead where the operator has to act about a problem that else is the customer's. */
  operator?: { detail: string; action: string };
}
