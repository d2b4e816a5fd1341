/** The workflow editor: forms for tasks, parameters and details, a live graph, and errors while typing. */
import { Tabs } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Card } from '../../../parts/page/Card';
import { without } from '../../../parts/code/json';
import { Dag } from '../../../parts/dag/Dag';
import { Leaving } from '../../../parts/difference/Leaving';
import { plural } from '../../../parts/quantities';
import { changesOf } from '../detail/changes';
import { PAGES } from '../tabs';
import { placeOf, type DefinitionError, type Place } from './places';
import { drawn, type Definition } from '../shapes';
import pageClasses from '../workflows.module.css';
import { DetailsPage } from './forms/DetailsPage';
import classes from './editor.module.css';
import type { PageProps } from './forms/pages';
import { ParametersPage } from './forms/ParametersPage';
import { SavePanel } from './SavePanel';
import { TasksPage } from './forms/TasksPage';
import { useErrors } from './useErrors';
import { useSave } from './useSave';
import { useWhere, type Where } from './useWhere';

const TITLES: Record<Place['page'], string> = {
  tasks: 'Tasks',
  parameters: 'Parameters',
  details: 'Details',
};

export interface EditorProps {
  /** The server's current value and version; null for a new workflow. */
  present: Definition;
  presentVersion: string | null;
  /** The first value of the draft. */
  start: Definition;
  /** The place in the editor, from the address, and how to change it. */
  at: Where;
  go: (where: Where) => void;
}

export function Editor({ present, presentVersion, start, at, go: follow }: EditorProps) {
  const isNew = presentVersion === null;
  const [{ page = isNew ? 'details' : 'tasks', task = null, parameter = null }, go] = useWhere(at, follow);
  const [base, setBase] = useState({ definition: present, version: presentVersion });
  const [draft, setDraft] = useState(start);
  const [begun, setBegun] = useState(0);
  const [version, setVersion] = useState('');
  const [unreadable, setUnreadable] = useState<Readonly<Record<string, string>>>({});
  const checked = useErrors(draft);
  const later = useDeferredValue(draft);
  const changes = useMemo(() => changesOf(base.definition, later), [base, later]);
  const boxes = useMemo(() => drawn(later.tasks), [later.tasks]);
  const saving = useSave({ base: base.definition, baseVersion: base.version, draft, version, isNew });

  const errors = useMemo((): readonly DefinitionError[] => {
    const typed = Object.entries(unreadable).map(([path, message]) => ({ path, message }));
    return [...typed, ...checked.errors];
  }, [unreadable, checked.errors]);
  const { warnings } = checked;
  const placed = useMemo(() => {
    const at = (error: DefinitionError) => ({ place: placeOf(error, draft), message: error.message });
    return { errors: errors.map(at), warnings: warnings.map(at) };
  }, [errors, warnings, draft]);

  const focus = useRef<string | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const fields = [...document.querySelectorAll<HTMLElement>('[data-field]')].filter(
      ({ dataset: { field = '' } }) => focus.current === field || focus.current?.startsWith(`${field}.`),
    );
    focus.current = null;
    const nearest = fields.sort(
      (one, other) => (other.dataset['field']?.length ?? 0) - (one.dataset['field']?.length ?? 0),
    )[0];
    nearest?.querySelector<HTMLElement>('input,textarea,[contenteditable="true"],button')?.focus();
  });
  const lead = (error: DefinitionError) => {
    const place = placeOf(error, draft);
    focus.current = place.field || (place.page === 'tasks' ? 'taskId' : 'name');
    go({
      page: place.page,
      ...(place.row !== null && { [place.page === 'tasks' ? 'task' : 'parameter']: place.row }),
    });
  };

  const props = (row: string | null, of: Place['page'], choose: PageProps['choose']): PageProps => ({
    draft,
    change: setDraft,
    errors: placed.errors.filter(({ place }) => place.page === of),
    warnings: placed.warnings.filter(({ place }) => place.page === of),
    row,
    choose,
    onUnreadable: (path, error) =>
      setUnreadable((now) => (error === null ? without(now, path) : { ...now, [path]: error })),
  });
  return (
    <>
      <Leaving unsaved={changes.length} allow={saving.isLeaving} />
      <Card title="Graph" aside={plural(draft.tasks.length, 'task')} flush>
        {later.tasks.length === 0 ? (
          <p className={pageClasses.hint}>Tasks appear here when you add them.</p>
        ) : (
          <Dag tasks={boxes} selected={task} onSelect={(id) => go({ page: 'tasks', task: id })} />
        )}
      </Card>
      <div className={pageClasses.withRail}>
        <div className={pageClasses.stack}>
          <Card label="Definition" key={begun}>
            <Tabs value={page} onChange={(next) => go({ page: next as Place['page'] })} keepMounted={false}>
              <Tabs.List mb={16}>
                {PAGES.map((value) => {
                  const count = placed.errors.filter(({ place }) => place.page === value).length;
                  return (
                    <Tabs.Tab key={value} value={value}>
                      {TITLES[value]}
                      {count > 0 && (
                        <span className={classes.count} title={plural(count, 'error')}>
                          {count}
                        </span>
                      )}
                    </Tabs.Tab>
                  );
                })}
              </Tabs.List>
              <Tabs.Panel value="tasks">
                <TasksPage {...props(task, 'tasks', (row) => go({ task: row ?? undefined }))} />
              </Tabs.Panel>
              <Tabs.Panel value="parameters">
                <ParametersPage
                  {...props(parameter, 'parameters', (row) => go({ parameter: row ?? undefined }))}
                />
              </Tabs.Panel>
              <Tabs.Panel value="details">
                <DetailsPage {...props(null, 'details', () => {})} isNew={isNew} />
              </Tabs.Panel>
            </Tabs>
          </Card>
        </div>
        <aside className={pageClasses.rail} aria-label="Saving">
          <SavePanel
            changes={changes}
            errors={errors}
            warnings={warnings}
            isChecking={checked.isOld}
            checkError={checked.error}
            onChoose={lead}
            version={version}
            setVersion={setVersion}
            present={presentVersion}
            isNew={isNew}
            behind={
              presentVersion === null || presentVersion === base.version || saving.isSaving
                ? null
                : {
                    version: presentVersion,
                    catchUp: () => setBase({ definition: present, version: presentVersion }),
                  }
            }
            save={saving.save}
            isSaving={saving.isSaving}
            error={saving.error}
            discard={() => {
              setDraft(base.definition);
              setBegun((times) => times + 1);
            }}
          />
        </aside>
      </div>
    </>
  );
}
