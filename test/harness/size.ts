/** How large a load test is: small by default, so that the suite is quick; in full by `npm run test:full`. */

export const isFull = process.env.RADIANT_TEST_FULL === '1';

/** The number that this run uses. */
export const sized = (small: number, full: number): number => (isFull ? full : small);
