/** Whatever somebody may write where a number belongs, and the errors that a schema reports for it. */
import * as fc from 'fast-check';

const STRANGE = [1e308, 1e18, 1e13, 3e9, 2_147_483_648, -1, -0, 0, 0.1, 1, 1.5, 5e-324, 1e-7, 100, 1e6];
const TEXTS = ['NaN', 'Infinity', '1e5', '', ' 1', '0x10', '-1', '1,5'];
export const numbers = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
export const anything = fc.oneof(numbers, fc.constantFrom<unknown>(...TEXTS, true, [], null));

export interface Outcome {
  success: boolean;
  error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined;
}
export const faultsAt = ({ error }: Outcome, path: string): string[] => [
  ...new Set(error?.issues.filter((issue) => issue.path.join('.') === path).map(({ message }) => message)),
];
