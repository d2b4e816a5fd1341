/** Starts what was quoted, once: a changed quote is asked for again, and nothing starts without a second press. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { api, Problem, take } from '../../../api/client';
import { newKey } from '../../../parts/newKey';
import type { Body } from './batch';
import { changesIn } from './quote';

interface Press {
  serialised: string;
  key: string;
  quoteId: string | undefined;
}
const NONE: Press = { serialised: '', key: '', quoteId: undefined };

export function useRun({
  workflowId,
  body,
  serialised,
  quoteId,
  requote,
}: {
  workflowId: string;
  body: Body;
  serialised: string;
  /** The quote that is shown for this body. */
  quoteId: string | undefined;
  requote: () => void;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  // One filled form makes one execution, even if the button is pressed twice, or again after an answer was lost.
  const press = useRef(NONE);
  const run = useMutation({
    mutationFn: ({ key, quoteId }: Press) =>
      take(
        api.POST('/v1/workflows/{workflowId}/executions', {
          params: { path: { workflowId }, header: { 'idempotency-key': key } },
          body: { ...body, ...(quoteId && { quoteId }) },
        }),
      ),
    onSuccess: async (made) => {
      void queries.invalidateQueries({ queryKey: ['executions'] });
      if ('id' in made) await navigate({ to: '/executions/$id', params: { id: made.id } });
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      press.current = NONE;
      if (changesIn(error)) requote();
    },
  });
  const error = run.variables?.serialised === serialised ? run.error : null;
  const changes = changesIn(error);
  return {
    /** A refusal stays visible until the request changes. */
    refusal: changes ? null : error,
    changes,
    isPending: run.isPending,
    start: () => {
      if (press.current.serialised !== serialised) press.current = { serialised, key: newKey(), quoteId };
      run.mutate(press.current);
    },
  };
}
