/** Runs a change: shows the notice when it is done, and fetches the affected queries again. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { problemText } from '../page/problem';

/** A change: confirms it, and fetches everything that shows it again. The caller shows failures. */
export function useAction<V>(
  act: (value: V) => Promise<unknown>,
  { done, keys, loud = false }: { done: string; keys: readonly QueryKey[]; loud?: boolean },
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      notifications.show({ message: done });
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      if (loud) notifications.show({ color: 'red', title: 'That did not work', message: problemText(error) });
    },
  });
}

/** The queries that a change of this model affects. */
export const modelKeys = (modelId: string): QueryKey[] => [
  ['model', modelId],
  ['models'],
  ['licenses'],
  ['thermal'],
];
