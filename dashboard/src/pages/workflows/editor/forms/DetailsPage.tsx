/** The details of a workflow: its names, limits and schemas. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { workflowsQuery } from '../../queries';
import { newDefinition, type Definition } from '../../shapes';
import { filled } from '../edits';
import { ObjectForm } from './ObjectForm';
import type { PageProps } from './pages';
import { detailsSource } from './sources';

export function DetailsPage({
  draft,
  change,
  errors,
  warnings,
  onUnreadable,
  isNew,
}: PageProps & { isNew: boolean }) {
  const workflows = useQuery(workflowsQuery).data;
  const { workflowId, onFailure } = draft;
  const chosen = onFailure?.workflowId;
  const source = useMemo(() => {
    const known = (workflows?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
    const others = known.filter(({ value }) => value !== workflowId);
    const isKnown = chosen === undefined || others.some(({ value }) => value === chosen);
    return detailsSource(isNew, isKnown ? others : [...others, { value: chosen, label: chosen }]);
  }, [isNew, workflows, workflowId, chosen]);
  return (
    <ObjectForm
      source={source}
      value={draft}
      onChange={(next) => change(filled(newDefinition(), withoutEmptyHandler(next)))}
      errors={errors}
      warnings={warnings}
      onUnreadable={onUnreadable}
      isNew={isNew}
    />
  );
}

/** A form removes what is cleared, and not what held it. */
const withoutEmptyHandler = (next: Partial<Definition>): Partial<Definition> =>
  next.onFailure && !next.onFailure.workflowId ? { ...next, onFailure: null } : next;
