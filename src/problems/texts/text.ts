/** What people read about one problem, in one language. */
export interface ProblemText {
  title: string;
  /** What happened. */
  detail: string;
  /** What the problem's actor should do. */
  action: string;
}
