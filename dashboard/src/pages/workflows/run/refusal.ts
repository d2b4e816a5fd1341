/** Reads a refused run: which model a reason is about, and which sequences of a file share a reason. */
import type { components } from '../../../api/contract';
import type { FieldError } from '../../../parts/page/problem';
import { labelOf } from './batch';

/** The model of an error about a licence: `models.esmfold.model_weights MIT`. */
export const modelIn = ({ path }: FieldError): string | null => /^models\.([^.]+)\./.exec(path)?.[1] ?? null;

type Result = components['schemas']['BatchResult']['results'][number];

/** The records of a file that cannot run, grouped by reason. */
export function refusalsOf(
  results: readonly Result[],
  records: readonly string[],
): { labels: string[]; errors: FieldError[] }[] {
  const found = new Map<string, { labels: string[]; errors: FieldError[] }>();
  for (const { index, ok, detail = 'It was refused.', errors: own } of results) {
    if (ok) continue;
    const errors = own ?? [{ path: '', message: detail }];
    const key = JSON.stringify(errors);
    const group = found.get(key) ?? { labels: [], errors };
    group.labels.push(labelOf(records[index] ?? '', index));
    found.set(key, group);
  }
  return [...found.values()];
}
