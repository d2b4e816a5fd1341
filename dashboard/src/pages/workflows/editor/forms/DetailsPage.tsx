/** The details of a workflow: its names, limits and schemas. */
import { useMemo } from 'react';
import { newDefinition } from '../../shapes';
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
  const source = useMemo(() => detailsSource(isNew), [isNew]);
  return (
    <ObjectForm
      source={source}
      value={draft}
      onChange={(next) => change(filled(newDefinition(), next))}
      errors={errors}
      warnings={warnings}
      onUnreadable={onUnreadable}
      isNew={isNew}
    />
  );
}
