/** What people read about one problem, in one language. */
export interface ProblemText {
  title: string;
  /** What happened. Title and detail are fit for customers too: what is not stands in `action`. */
  detail: string;
  /** What the customer's pages say instead where the contract has fixed the detail for programs. */
  detailForCustomer?: string;
  /** What the problem's actor should do. */
  action: string;
  /** Said instead where the operator has to act about a problem that else is the customer's. */
  operator?: { detail: string; action: string };
}
