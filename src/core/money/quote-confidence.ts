/** Says how certain a quote is. */
import type { Basis, Part, Quote } from './quote.js';

/** How certain a quote is, as a sentence. */
export function confidenceOf({ basis, parts }: Pick<Quote, 'basis' | 'parts'>): {
  basis: Basis;
  runs: number;
  words: string;
} {
  const estimates = parts.flatMap(({ modelId, estimate }) =>
    modelId !== null && estimate ? [estimate] : [],
  );
  const runs = estimates.length === 0 ? 0 : Math.min(...estimates.map(({ runs }) => runs));
  if (parts.every(({ modelId, child }) => modelId === null && child !== null))
    return { basis, runs, words: 'No task of this workflow is charged.' };
  if (basis === 'none') return { basis, runs, words: unknownOf(parts) };
  if (basis === 'performance_metrics')
    return {
      basis,
      runs,
      words: 'No history: based on the published times of the models, from half of them to twice as much.',
    };
  const counted = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  const words = estimates.every(({ sameSize }) => sameSize)
    ? `Based on ${counted} of the same size: 8 of 10 were within these bounds.`
    : `Based on ${counted}, few or of other sizes: scaled to this size and widened by half.`;
  return { basis, runs, words };
}

const unknownOf = (parts: readonly Part[]): string =>
  parts.some(({ child }) => child === null)
    ? 'Unknown: earlier results decide what its sub-workflows do.'
    : 'Unknown: there is no history, and the models publish no times.';
