/** The two lists of approvals, by their names in the address. */
export const LISTS = ['waiting', 'decided'] as const;
