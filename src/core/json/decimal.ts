/** Exact decimal numbers. */
import { Big as makeBig } from 'big.js';

/** Divisions keep more places than are shown. A constructor of our own leaves the library's settings unchanged. */
export const Decimal = makeBig();
Decimal.DP = 30;
Decimal.RM = 1;
