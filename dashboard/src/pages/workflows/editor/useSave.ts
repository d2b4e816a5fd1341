/** Saves the draft: a new workflow as a whole, an existing one as a patch. Then it opens the workflow's page. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { api, Problem, take } from '../../../api/client';
import { patchOf } from '../../../parts/difference/difference';
import type { Definition } from '../shapes';

export function useSave({
  base,
  baseVersion,
  draft,
  version,
  isNew,
}: {
  base: Definition;
  /** The base of the draft, so that another user's version is not overwritten unseen. */
  baseVersion: string | null;
  draft: Definition;
  version: string;
  isNew: boolean;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isLeaving = useRef(false);
  const wanted = version === '' ? {} : { version };
  const { workflowId } = draft;
  const saved = useMutation({
    mutationFn: () =>
      isNew
        ? take(api.POST('/v1/workflows', { body: { ...draft, ...wanted } }))
        : take(
            api.PATCH('/v1/workflows/{workflowId}', {
              params: { path: { workflowId } },
              ...(baseVersion !== null && { headers: { 'If-Match': `"${baseVersion}"` } }),
              body: { ...patchOf(base, draft), ...wanted },
            }),
          ),
    onSuccess: async (workflow) => {
      isLeaving.current = true;
      notifications.show({ message: `${workflow.name} ${workflow.version} is saved` });
      void queries.invalidateQueries({ queryKey: ['workflows'] });
      await queries.invalidateQueries({ queryKey: ['workflow', workflow.id], refetchType: 'none' });
      await navigate({ to: '/workflows/$id', params: { id: workflow.id } });
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === 'stale_version')
        void queries.invalidateQueries({ queryKey: ['workflow', workflowId] });
    },
  });
  return { save: () => saved.mutate(), isSaving: saved.isPending, error: saved.error, isLeaving };
}
