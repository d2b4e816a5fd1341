/** Reads a refused run: which model a reason is about, and which sequences of a file share a reason. */
import type { components } from '../../../api/contract';
import { labelOf } from './batch';

type Fault = NonNullable<components['schemas']['Problem']['errors']>[number];

/** The model of an error about a licence: `models.esmfold.model_weights MIT`. */
export const modelIn = ({ path }: Fault): string | null => /^models\.([^.]+)\./.exec(path)?.[1] ?? null;

type Result = components['schemas']['BatchResult']['results'][number];

/** The records of a file that cannot run, grouped by reason. */
export function refusalsOf(
  results: readonly Result[],
  records: readonly string[],
): { labels: string[]; faults: Fault[] }[] {
  const found = new Map<string, { labels: string[]; faults: Fault[] }>();
  for (const { index, ok, detail = 'It was refused.', errors } of results) {
    if (ok) continue;
    const faults = errors ?? [{ path: '', message: detail }];
    const key = JSON.stringify(faults);
    const group = found.get(key) ?? { labels: [], faults };
    group.labels.push(labelOf(records[index] ?? '', index));
    found.set(key, group);
  }
  return [...found.values()];
}
