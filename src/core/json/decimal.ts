/** Exact decimal numbers. */
import { Big as makeBig } from 'big.js';

/** Divisions keep more places than are shown; our own constructor leaves the library's settings alone. */
export const Decimal = makeBig();
Decimal.DP = 30;
Decimal.RM = 1;
