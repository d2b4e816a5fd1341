/** The form of a schedule: when, with which parameters, and what happens if an execution is still live. */
import { Button, NativeSelect, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, Problem, take } from '../../api/client';
import type { components } from '../../api/contract';
import { patchOf } from '../../parts/difference/difference';
import { placeErrors, type FieldErrors } from '../../parts/form/checks';
import { SCHEDULED } from '../../parts/form/conditions';
import { NumberField } from '../../parts/form/NumberField';
import { SchemaForm } from '../../parts/form/SchemaForm';
import { useForm } from '../../parts/form/useForm';
import { startWith } from '../../parts/form/values';
import { Card } from '../../parts/page/Card';
import { messageFor, problemText } from '../../parts/page/problem';
import { Preview } from './NextTimes';
import { draftOf, OVERLAPS, timingOf, type Draft, type Overlap, type Schedule } from './words';
import classes from './Schedules.module.css';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export function ScheduleForm({
  workflow,
  schedule,
  isAdministrator,
}: {
  workflow: components['schemas']['Workflow'];
  /** Null for a new one. */
  schedule: Schedule | null;
  isAdministrator: boolean;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { parameters: given = {}, ...how } = schedule?.request ?? {};
  const form = useForm(workflow, isAdministrator, (fields) => startWith(fields, given));
  const conditions = useForm(SCHEDULED, false, (fields) => startWith(fields, how));
  const [draft, setDraft] = useState<Draft>(() =>
    draftOf(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const set = (more: Partial<Draft>) => setDraft((now) => ({ ...now, ...more }));
  const timing = timingOf(draft);
  const { name, overlap, catchUpSeconds, jitterSeconds } = draft;
  const isWhole = Object.keys(form.errors).length + Object.keys(conditions.errors).length === 0;
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name,
        ...(timing as NonNullable<typeof timing>),
        request: { ...conditions.parameters, parameters: form.parameters },
        overlap,
        ...(catchUpSeconds !== undefined && { catchUpSeconds }),
        ...(jitterSeconds !== undefined && { jitterSeconds }),
      };
      if (schedule === null)
        return take(api.POST('/v1/schedules', { body: { workflowId: workflow.id, ...body } }));
      return take(
        api.PATCH('/v1/schedules/{id}', {
          params: { path: { id: schedule.id } },
          headers: { 'If-Match': `"${schedule.rowVersion}"` },
          body: patchOf(schedule, { ...schedule, ...body }),
        }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['schedules'] });
      await navigate({ to: '/schedules/$id', params: { id } });
    },
  });
  const { placed } = placeErrors(
    save.error instanceof Problem
      ? save.error.errors.map(({ path, message }) => ({ path: path.replace(/^request\./, ''), message }))
      : [],
    [...form.fields, ...conditions.fields].map((field) => field.name),
  );
  const of = (fields: readonly { name: string }[]): FieldErrors =>
    Object.fromEntries(Object.entries(placed).filter(([key]) => fields.some((field) => field.name === key)));
  const submit = () => {
    form.showAll();
    conditions.showAll();
    if (isWhole && timing !== null) save.mutate();
  };
  return (
    <form
      className={classes.withRail}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) submit();
      }}
    >
      <div className={classes.stack}>
        <Card title="When">
          <div className={classes.stack}>
            <TextInput
              label="Name"
              required
              maxLength={100}
              value={name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={messageFor(save.error, 'name')}
            />
            <SegmentedControl
              aria-label="How it repeats"
              value={draft.isCron ? 'cron' : 'interval'}
              onChange={(kind) => set({ isCron: kind === 'cron' })}
              data={[
                { value: 'cron', label: 'Cron expression' },
                { value: 'interval', label: 'Interval' },
              ]}
            />
            <div className={classes.fields}>
              {draft.isCron ? (
                <>
                  <TextInput
                    label="Cron expression"
                    description="Minute, hour, day, month, weekday."
                    required
                    maxLength={100}
                    value={draft.cron}
                    onChange={(event) => set({ cron: event.currentTarget.value })}
                    error={messageFor(save.error, 'cron')}
                  />
                  <Select
                    label="Time zone"
                    description="Its changes to summer time are followed."
                    searchable
                    required
                    data={ZONES.includes(draft.timeZone) ? ZONES : [draft.timeZone, ...ZONES]}
                    value={draft.timeZone}
                    onChange={(timeZone) => set({ timeZone: timeZone ?? '' })}
                    error={messageFor(save.error, 'timeZone')}
                  />
                </>
              ) : (
                <NumberField
                  label="Interval, seconds"
                  description="At least a minute. Counted from when it is saved."
                  required
                  value={draft.intervalSeconds ?? null}
                  onChange={(intervalSeconds) => set({ intervalSeconds })}
                  error={messageFor(save.error, 'intervalSeconds')}
                />
              )}
              <NativeSelect
                label="If an execution is still live"
                description="What happens at the tick."
                data={[...OVERLAPS]}
                value={overlap}
                onChange={(event) => set({ overlap: event.currentTarget.value as Overlap })}
              />
              <NumberField
                label="Catch-up, seconds"
                description="How late a tick may be started."
                value={catchUpSeconds ?? null}
                onChange={(seconds) => set({ catchUpSeconds: seconds })}
                error={messageFor(save.error, 'catchUpSeconds')}
              />
              <NumberField
                label="Jitter, seconds"
                description="Each tick is delayed by a part of it."
                value={jitterSeconds ?? null}
                onChange={(seconds) => set({ jitterSeconds: seconds })}
                error={messageFor(save.error, 'jitterSeconds')}
              />
            </div>
          </div>
        </Card>
        <Card title="Each execution">
          <SchemaForm
            fields={form.fields}
            values={form.values}
            set={form.set}
            errors={{ ...form.shown, ...of(form.fields) }}
            counts
          >
            <SchemaForm
              fields={conditions.fields}
              values={conditions.values}
              set={conditions.set}
              errors={{ ...conditions.shown, ...of(conditions.fields) }}
            />
          </SchemaForm>
        </Card>
      </div>
      <Card title="Next ten ticks">
        <div className={classes.stack}>
          <Preview timing={timing} />
          {save.error && (
            <p role="alert" className={classes.wrong}>
              {problemText(save.error)}
            </p>
          )}
          <Button
            type="submit"
            variant="filled"
            loading={save.isPending}
            disabled={name.trim() === '' || timing === null}
          >
            {schedule === null ? 'Create the schedule' : 'Save the schedule'}
          </Button>
          <p className="quiet">Its executions are yours: they use your rights and your tenant's budget.</p>
        </div>
      </Card>
    </form>
  );
}
