/** Whole numbers stay what they are: arithmetic of a JSON number with an integer refuses what a double would round. */

const EXACT: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
};

/**
 * The result, if it is what whole numbers make. Fractions, and numbers that were no exact integers before, are doubles.
 *
 * @param result of both as doubles
 * @throws RangeError
 */
export function exactResult(sign: string, a: number | bigint, b: number | bigint, result: number): number {
  const areKept = [a, b].every((operand) => typeof operand === 'number' || isKept(operand));
  const exact = EXACT[sign];
  const areWhole = isKept(a) && isKept(b) && exact !== undefined;
  if (areKept && !(areWhole && exact(BigInt(a), BigInt(b)) !== BigInt(result))) return result;
  throw new RangeError('it makes an integer beyond 2^53');
}

const isKept = (operand: number | bigint): boolean => Number.isSafeInteger(Number(operand));
