/** All errors that the server would report for the draft, requested while the user edits. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, Problem, take } from '../../../api/client';
import type { DefinitionError } from './places';
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

const NONE: readonly DefinitionError[] = [];

export interface Validation {
  /** Errors that prevent saving. */
  errors: readonly DefinitionError[];
  /** Warnings that do not prevent saving. */
  warnings: readonly DefinitionError[];
  /** The draft has changed since. */
  isOld: boolean;
  error: unknown;
}

export function useErrors(draft: Definition): Validation {
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: ['workflow errors', nameOf(settled)],
    queryFn: async (): Promise<Pick<Validation, 'errors' | 'warnings'>> => {
      try {
        const { faults: errors, warnings } = await take(
          api.POST('/v1/workflows/validate', { body: settled }),
        );
        return { errors, warnings };
      } catch (refusal) {
        // A draft without the right shape is refused like any other request.
        if (refusal instanceof Problem && refusal.errors.length > 0)
          return { errors: refusal.errors, warnings: NONE };
        throw refusal;
      }
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
  });
  return {
    errors: data?.errors ?? NONE,
    warnings: data?.warnings ?? NONE,
    isOld: isFetching || settled !== draft,
    error,
  };
}
