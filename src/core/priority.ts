/** What an execution's priority means, said once: the API, its document, the run form and the queue take it from here. */

export const PRIORITY = {
  first: 1,
  last: 10,
  usual: 5,
  /** Of what a platform administrator put before everybody; nobody asks for it. */
  expedited: 0,
  words: '1 goes first, 10 last, among the executions of one tenant.',
} as const;
