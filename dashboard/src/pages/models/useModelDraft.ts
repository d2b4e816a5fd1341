/** The draft of a model's fields, and how it is saved: as one patch, against the version that it began with. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Problem, take } from '../../api/client';
import { patchOf } from '../../parts/difference/difference';
import type { FieldError } from '../../parts/page/problem';
import { useDraft } from '../../parts/difference/useDraft';
import { useMay } from '../../shell/session';
import { fromServer } from './form/check';
import { fieldsOf } from './form/fields';
import { useForm } from './form/useForm';
import { modelQuery } from './queries';
import type { Fields, ModelDetail } from './shape';

export function useModelDraft(model: ModelDetail) {
  const may = useMay();
  const queries = useQueryClient();
  const draft = useDraft<Fields>(fieldsOf(model), model.rowVersion);
  const [sent, setSent] = useState<{ fields: Fields; errors: readonly FieldError[] } | null>(null);
  const form = useForm({
    fields: draft.value,
    set: draft.set,
    epoch: draft.epoch,
    readOnly: !may.edit,
    sent,
  });
  const keep = (current: ModelDetail) =>
    queries.setQueryData(modelQuery(model.id).queryKey, (old) => ({ ...old, ...current }));
  const patch = patchOf(draft.base, draft.value);
  const save = useMutation({
    mutationFn: () =>
      take(
        api.PATCH('/v1/models/{modelId}', {
          params: { path: { modelId: model.id } },
          headers: { 'If-Match': `"${draft.version}"` },
          body: patch,
        }),
      ),
    onSuccess: async (saved) => {
      keep(saved);
      draft.discard();
      setSent(null);
      await Promise.all(
        [['models'], ['model', model.id], ['thermal']].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      setSent({ fields: draft.value, errors: fromServer(error.errors) });
      // What the others saved is shown beside what this user wrote.
      if (error.status === 412) void queries.invalidateQueries({ queryKey: modelQuery(model.id).queryKey });
    },
  });
  const discard = () => {
    draft.discard();
    setSent(null);
    save.reset();
  };
  return { draft, form, patch, save, discard };
}
