/** Exact integer arithmetic: a result that a double would round is refused. */

const EXACT: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
};

/**
 * Returns the result if it is exact. Fractions, and numbers that are not exact integers, are computed as doubles.
 *
 * @param result of the operation on doubles
 * @throws RangeError
 */
export function exactResult(sign: string, a: number | bigint, b: number | bigint, result: number): number {
  const areSafe = [a, b].every((operand) => typeof operand === 'number' || isSafe(operand));
  const exact = EXACT[sign];
  const areWhole = isSafe(a) && isSafe(b) && exact !== undefined;
  if (areSafe && !(areWhole && exact(BigInt(a), BigInt(b)) !== BigInt(result))) return result;
  throw new RangeError('the result is an integer beyond 2^53');
}

const isSafe = (operand: number | bigint): boolean => Number.isSafeInteger(Number(operand));
