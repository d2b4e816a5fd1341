/** What one evaluation over somebody's data may cost: steps for what it goes through, characters for what it leaves behind. */
import { InvalidInput } from '../errors.js';

/** A step takes at most some 0.2 µs: a node evaluated, an element gone through, 16 characters read or made. */
export const MAX_STEPS = 1_000_000;
/** Of the JSON that an expression, or a mapping as a whole, leaves behind. */
export const MAX_CHARACTERS = 64_000_000;

export const CHARACTERS_PER_STEP = 16;

interface Budget {
  steps: number;
  characters: number;
}

/** Evaluation is synchronous, so one open budget serves whatever is called meanwhile. */
let open: Budget | null = null;

/**
 * Runs `work` within a budget: the one that is open already, or a new one.
 * @throws InvalidInput `too_costly` when it is used up, even where `work` has swallowed that
 */
export function withinBudget<T>(work: () => T): T {
  return sharingBudget(() => {
    const result = work();
    // Quantifiers of CEL swallow errors.
    spend(0);
    return result;
  });
}

/** The same for work that does without what it cannot afford: whoever spends is refused, `work` is not. */
export function sharingBudget<T>(work: () => T): T {
  const before = open;
  open ??= { steps: MAX_STEPS, characters: MAX_CHARACTERS };
  try {
    return work();
  } finally {
    open = before;
  }
}

/** Nothing is charged outside of a budget. @throws InvalidInput `too_costly` */
export function spend(steps: number): void {
  if (open && (open.steps -= steps) < 0) throw TOO_MANY_STEPS;
}

/** For a text, or bytes, that is read or made. @throws InvalidInput `too_costly` */
export const spendText = (length: number): void => spend(length / CHARACTERS_PER_STEP);

/** For what is left behind. @throws InvalidInput `too_costly` */
export function spendOutput(characters: number): void {
  if (open && (open.characters -= characters) < 0) throw TOO_MANY_CHARACTERS;
}

const tooCostly = (message: string): InvalidInput => new InvalidInput(message, [], 'too_costly');

/** Made once: a loop may meet them a hundred thousand times. */
const TOO_MANY_STEPS = tooCostly(
  `it takes more than ${MAX_STEPS} steps, one for each element and each ${CHARACTERS_PER_STEP} characters that it reads or makes`,
);
const TOO_MANY_CHARACTERS = tooCostly(`it makes more than ${MAX_CHARACTERS} characters`);
