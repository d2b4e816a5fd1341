/** All errors that the server would report for the draft, requested while the user edits. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, Problem, take } from '../../../api/client';
import type { Fault } from './places';
import type { Definition } from '../shapes';

const PAUSE_MS = 500;

/** A query key for each draft. The draft itself would be a very long key. */
const names = new WeakMap<object, string>();
let last = 0;
function nameOf(draft: object): string {
  const known = names.get(draft) ?? `draft ${(last += 1)}`;
  names.set(draft, known);
  return known;
}

const NONE: readonly Fault[] = [];

export interface Judgement {
  /** Errors that prevent saving. */
  faults: readonly Fault[];
  /** Warnings that do not prevent saving. */
  warnings: readonly Fault[];
  /** The draft has changed since. */
  isOld: boolean;
  error: unknown;
}

export function useErrors(draft: Definition): Judgement {
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: ['workflow faults', nameOf(settled)],
    queryFn: async (): Promise<Pick<Judgement, 'faults' | 'warnings'>> => {
      try {
        return await take(api.POST('/v1/workflows/validate', { body: settled }));
      } catch (refusal) {
        // A draft without the right shape is refused like any other request.
        if (refusal instanceof Problem && refusal.errors.length > 0)
          return { faults: refusal.errors, warnings: NONE };
        throw refusal;
      }
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
  });
  return {
    faults: data?.faults ?? NONE,
    warnings: data?.warnings ?? NONE,
    isOld: isFetching || settled !== draft,
    error,
  };
}
