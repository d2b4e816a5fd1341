/** Limits the cost of an evaluation: steps for the work, characters for the result. */
import { InvalidInput } from '../errors.js';

/** A step takes at most about 0.2 µs: one evaluated node, one visited element, or 16 characters read or made. */
export const MAX_STEPS = 1_000_000;
/** Limit of the JSON that an expression, or a whole mapping, returns. */
export const MAX_CHARACTERS = 64_000_000;

export const CHARACTERS_PER_STEP = 16;

interface Budget {
  steps: number;
  characters: number;
}

/** Evaluation is synchronous, so all nested calls use one open budget. */
let open: Budget | null = null;

/**
 * Runs `work` within the open budget, or a new one.
 * @throws InvalidInput `too_costly` if the budget is spent, even if `work` has caught that error
 */
export function withinBudget<T>(work: () => T): T {
  return sharingBudget(() => {
    const result = work();
    // Quantifiers of CEL catch errors.
    spend(0);
    return result;
  });
}

/** Opens a budget for several evaluations. Once it is spent, each further evaluation fails, but `work` goes on. */
export function sharingBudget<T>(work: () => T): T {
  const before = open;
  open ??= { steps: MAX_STEPS, characters: MAX_CHARACTERS };
  try {
    return work();
  } finally {
    open = before;
  }
}

/** Does nothing without an open budget. @throws InvalidInput `too_costly` */
export function spend(steps: number): void {
  if (open && (open.steps -= steps) < 0) throw TOO_MANY_STEPS;
}

/** Charges a text, or bytes, that is read or made. @throws InvalidInput `too_costly` */
export const spendText = (length: number): void => spend(length / CHARACTERS_PER_STEP);

/** Charges the size of the result. @throws InvalidInput `too_costly` */
export function spendOutput(characters: number): void {
  if (open && (open.characters -= characters) < 0) throw TOO_MANY_CHARACTERS;
}

const tooCostly = (message: string): InvalidInput => new InvalidInput(message, [], 'too_costly');

/** Created once, because a loop may throw them a hundred thousand times. */
const TOO_MANY_STEPS = tooCostly(
  `it takes more than ${MAX_STEPS} steps, one for each element and each ${CHARACTERS_PER_STEP} characters that it reads or makes`,
);
const TOO_MANY_CHARACTERS = tooCostly(`it makes more than ${MAX_CHARACTERS} characters`);
