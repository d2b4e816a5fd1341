/** The meaning of an execution's priority, defined once for the API, its document, the run form and the queue. */

export const PRIORITY = {
  first: 1,
  last: 10,
  usual: 5,
  /** Of an execution that a platform administrator expedited; a request cannot ask for it. */
  expedited: 0,
  words: '1 goes first, 10 last, among the executions of one tenant.',
} as const;
