/** Separates what refuses an execution that starts later, which is recorded, from a shortage of our own, which passes. */
import { InvalidInput, RadiantError, Refused } from '../core/errors.js';
import { storable } from '../core/json/text.js';
import { isShortage } from '../store/db/shortage.js';

export interface Refusal {
  code: string;
  message: string;
}

/** @param onInternal called with an error that is no refusal of Radiant */
export async function unlessRefused<T>(
  work: () => Promise<T>,
  onInternal: (error: unknown) => void,
): Promise<T | { refusal: Refusal }> {
  try {
    return await work();
  } catch (error) {
    if (isShortage(error)) throw error;
    const refusal = refusalOf(error);
    if (refusal.code === 'internal') onInternal(error);
    return { refusal };
  }
}

/** The code and the text of a refusal, with every fault. Messages of our own errors hold no data; others are dropped. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof RadiantError))
    return { code: 'internal', message: 'Radiant could not start it: see its log.' };
  const faults = error instanceof InvalidInput || error instanceof Refused ? error.faults : [];
  const texts = faults.map(({ path, message }) => `${path} ${message}`);
  return { code: error.code, message: storable([error.message, ...texts].join(' ').slice(0, 4_000)) };
}
