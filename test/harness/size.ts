/** The size of load tests: small by default to keep the suite quick, full by `npm run test:full`. */

export const isFull = process.env.RADIANT_TEST_FULL === '1';

/** The number that this run uses. */
export const sized = (small: number, full: number): number => (isFull ? full : small);
