/** Everything that the server would refuse, asked for while one edits. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, Problem, take } from '../../../api/client';
import type { Fault } from '../places';
import type { Definition } from '../shapes';

const PAUSE_MS = 500;

/** Each draft is asked for once; as text a thousand tasks would be a long name. */
const names = new WeakMap<object, string>();
let last = 0;
function nameOf(draft: object): string {
  const known = names.get(draft) ?? `draft ${(last += 1)}`;
  names.set(draft, known);
  return known;
}

export function useFaults(draft: Definition): { faults: readonly Fault[]; isOld: boolean; error: unknown } {
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: ['workflow faults', nameOf(settled)],
    queryFn: async (): Promise<readonly Fault[]> => {
      try {
        return (await take(api.POST('/v1/workflows/validate', { body: settled }))).faults;
      } catch (refusal) {
        // A draft that has not even the right shape is refused as any other request would be.
        if (refusal instanceof Problem && refusal.errors.length > 0) return refusal.errors;
        throw refusal;
      }
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
  });
  return { faults: data ?? [], isOld: isFetching || settled !== draft, error };
}
