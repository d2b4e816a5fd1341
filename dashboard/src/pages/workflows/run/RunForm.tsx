/** The run form, the quote for the values in it, and the graph of the execution. */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { components } from '../../../api/contract';
import { api, Problem, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { problemText } from '../../../parts/page/problem';
import { CopyAs } from '../../../parts/code/CopyAs';
import { own } from '../../../parts/code/json';
import { placeErrors, type FieldErrors } from '../../../parts/form/checks';
import { CONDITIONS } from '../../../parts/form/conditions';
import type { Field } from '../../../parts/form/fields';
import { startWith, takenFrom } from '../../../parts/form/values';
import { SchemaForm } from '../../../parts/form/SchemaForm';
import { useForm } from '../../../parts/form/useForm';
import { newKey } from '../../../parts/newKey';
import { batchIn, errorsInBatch, type Body } from './batch';
import { BatchRun } from './BatchRun';
import { BeforeYouRun } from './BeforeYouRun';
import { RunGraph } from './RunGraph';
import { useBatch } from './useBatch';
import { useRun } from './useRun';
import type { Workflow } from '../shapes';
import classes from '../workflows.module.css';

type Earlier = Pick<
  components['schemas']['Execution'],
  'parameters' | 'resolvedParameters' | 'tags' | 'priority'
>;

/** Long enough to type a word. */
const PAUSE_MS = 400;
/** The quote is refreshed at this interval, because thermal states and queues change. */
const AGAIN_MS = 30_000;

export function RunForm({
  workflow,
  earlier,
  isAdministrator,
}: {
  workflow: Workflow;
  earlier: Earlier | null;
  isAdministrator: boolean;
}) {
  const form = useForm(workflow, isAdministrator, (fields) =>
    earlier ? takenFrom(fields, earlier) : startWith(fields),
  );
  const conditions = useForm(CONDITIONS, false, (fields) =>
    startWith(fields, earlier ? { tags: earlier.tags, priority: earlier.priority || undefined } : {}),
  );
  const path = { workflowId: workflow.id };
  const example = useMutation({
    mutationFn: () => take(api.GET('/v1/workflows/{workflowId}/example', { params: { path } })),
    onSuccess: ({ parameters }) => {
      for (const [name, value] of Object.entries(parameters)) form.set(name, value);
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'There is no example', message: problemText(error) }),
  });
  const body: Body = { parameters: form.parameters, ...conditions.parameters };
  const serialised = JSON.stringify(body);

  const batch = batchIn(form.fields, form.values);
  const formErrors = errorsInBatch(form.errors, batch);
  const isWhole = Object.keys(formErrors).length + Object.keys(conditions.errors).length === 0;
  const [asked] = useDebouncedValue(serialised, PAUSE_MS);
  const quote = useQuery({
    queryKey: ['quote', workflow.id, asked],
    queryFn: () =>
      take(
        api.POST('/v1/workflows/{workflowId}/quote', {
          params: { path },
          body: JSON.parse(asked) as typeof body,
        }),
      ),
    enabled: isWhole && asked === serialised && batch === null,
    placeholderData: keepPreviousData,
    // Ended executions and edited workflows change the quote.
    staleTime: 0,
    refetchInterval: AGAIN_MS,
  });
  const several = useBatch({ workflowId: workflow.id, batch, body, isWhole, newKey });
  const isAsked = isWhole && asked === serialised;
  const run = useRun({
    workflowId: workflow.id,
    body,
    serialised,
    quoteId: isAsked && !quote.isPlaceholderData ? quote.data?.id : undefined,
    requote: () => void quote.refetch(),
  });

  const refused = run.refusal ?? (isAsked ? quote.error : null);
  const { placed, elsewhere } = useMemo(
    () =>
      placeErrors(
        refused instanceof Problem ? refused.errors : [],
        [...form.fields, ...conditions.fields].map(({ name }) => name),
      ),
    [refused, form.fields, conditions.fields],
  );
  const submit = () => {
    if (!isWhole) {
      form.showAll();
      conditions.showAll();
      return;
    }
    run.start();
  };
  const missing = form.fields
    .filter(({ name }) => own(form.errors, name) === 'is required')
    .map(({ label }) => label);
  const conditionErrors = { ...conditions.shown, ...only(conditions.fields, placed) };
  return (
    <>
      <form
        className={classes.withRail}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!run.isPending && batch === null) submit();
        }}
      >
        <Card
          title="Parameters"
          actions={
            <>
              <Button variant="subtle" loading={example.isPending} onClick={() => example.mutate()}>
                Use the example
              </Button>
              <CopyAs
                request={{
                  method: 'POST',
                  path: `/v1/workflows/${workflow.id}/executions${batch ? '/batch' : ''}`,
                  body: several.executions ? { executions: several.executions } : body,
                }}
              />
            </>
          }
        >
          {workflow.description && <p className={classes.lead}>{workflow.description}</p>}
          <SchemaForm
            fields={form.fields}
            values={form.values}
            set={form.set}
            errors={errorsInBatch({ ...form.shown, ...only(form.fields, placed) }, batch)}
            counts
            opens={Object.keys(conditionErrors).length > 0}
          >
            <SchemaForm
              fields={conditions.fields}
              values={conditions.values}
              set={conditions.set}
              errors={conditionErrors}
            />
          </SchemaForm>
        </Card>
        {batch ? (
          <BatchRun batch={batch} name={body.name} isWhole={isWhole} asked={several} />
        ) : (
          <BeforeYouRun
            quote={quote.data}
            isOld={quote.isPlaceholderData || asked !== serialised || quote.isFetching}
            refusal={refused && { error: refused, elsewhere, isMarked: Object.keys(placed).length > 0 }}
            changes={run.changes}
            isQuoting={isWhole && !quote.error && (!isAsked || quote.isPlaceholderData || quote.isPending)}
            missing={missing}
            isWhole={isWhole}
            isRunning={run.isPending}
            isEarlier={earlier !== null}
          />
        )}
      </form>
      <RunGraph workflow={workflow} quote={batch ? several.sample : quote.data} isOne={batch !== null} />
    </>
  );
}

const only = (fields: readonly Field[], errors: FieldErrors): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([name]) => fields.some((field) => field.name === name)));
