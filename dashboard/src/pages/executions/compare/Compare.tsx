/** Two executions side by side: which parameters differ, and how the results differ. */
import { Button, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { duration, usd } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import { SyntheticBadge, SyntheticBanner } from '../../../parts/state/Synthetic';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { confidenceOf, differing, syntheticWarning, signed, tasksOf } from './compare';
import classes from '../Execution.module.css';
import type { Execution } from '../detail/view';
import { Short } from '../detail/Parameters';

const route = getRouteApi('/executions/compare');
const trail = (
  <Link to="/executions" className="plain">
    Executions
  </Link>
);

export default function Compare() {
  const { a, b } = route.useSearch();
  const navigate = route.useNavigate();
  const first = useOne(a);
  const second = useOne(b);
  const choose = (key: 'a' | 'b') => (id: string) =>
    void navigate({ search: (before) => ({ ...before, [key]: id }) });
  const isReady = first.data && second.data;
  return (
    <Page title="Compare two executions" trail={trail}>
      <div className={classes.two}>
        <One name="First" id={a} of={first} onChoose={choose('a')} />
        <One name="Second" id={b} of={second} onChoose={choose('b')} />
      </div>
      {isReady && (first.data.synthetic || second.data.synthetic) && (
        <SyntheticBanner>{syntheticWarning(first.data, second.data)}</SyntheticBanner>
      )}
      {isReady && <Difference a={first.data} b={second.data} />}
    </Page>
  );
}

const useOne = (id: string | undefined) =>
  useQuery({
    queryKey: ['execution', id],
    queryFn: (): Promise<Execution> =>
      take(api.GET('/v1/executions/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  });

function One({
  name,
  id,
  of: { data, error, refetch },
  onChoose,
}: {
  name: string;
  id: string | undefined;
  of: ReturnType<typeof useOne>;
  onChoose: (id: string) => void;
}) {
  const [typed, setTyped] = useState(id ?? '');
  return (
    <Card title={name} aside={data?.workflowId}>
      <form
        className={classes.filters}
        onSubmit={(event) => {
          event.preventDefault();
          onChoose(typed.trim());
        }}
      >
        <TextInput
          size="xs"
          label="Execution id"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          style={{ flex: 1 }}
        />
        <Button type="submit" disabled={typed.trim() === '' || typed.trim() === id}>
          Use this one
        </Button>
      </form>
      <div style={{ marginTop: 12 }}>
        {error ? (
          <ErrorNotice error={error} retry={() => void refetch()} />
        ) : data ? (
          <>
            <State of={data.status} /> {data.synthetic && <SyntheticBadge />}{' '}
            <Link to="/executions/$id" params={{ id: data.id }} className="plain mono">
              {data.id.slice(0, 8)}
            </Link>{' '}
            <span className="quiet">
              {duration(data.durationMs)}, {usd(data.cost.actualUsd)}
            </span>
          </>
        ) : id ? (
          <Skeleton height={20} />
        ) : (
          <span className="faint">Choose two in the list of executions, or enter an id.</span>
        )}
      </div>
    </Card>
  );
}

function Difference({ a, b }: { a: Execution; b: Execution }) {
  const parameters = differing(a.resolvedParameters, b.resolvedParameters);
  const tasks = tasksOf(a, b);
  const [sure, surer] = [confidenceOf(a.output), confidenceOf(b.output)];
  return (
    <>
      <Card title="Parameters that differ" flush>
        <DataTable
          label="Parameters that differ"
          rows={parameters}
          keyOf={({ name }) => name}
          empty={<Empty>Both were run with the same parameters.</Empty>}
          columns={[
            { head: 'Parameter', cell: ({ name }) => <code>{name}</code> },
            { head: 'First', cell: (row) => <Short of={row.a} /> },
            { head: 'Second', cell: (row) => <Short of={row.b} /> },
          ]}
        />
      </Card>
      {sure.length > 0 && surer.length > 0 && (
        <Card title={a.synthetic || b.synthetic ? 'Scores, some of them synthetic' : 'Confidence'} flush>
          <DataTable
            label="Confidence"
            rows={sure.map((row) => ({
              ...row,
              b: surer.find(({ name }) => name === row.name)?.value ?? null,
            }))}
            keyOf={({ name }) => name}
            empty={null}
            columns={[
              { head: 'Measure', cell: ({ name }) => name },
              { head: 'First', number: true, cell: ({ value }) => value.toFixed(2) },
              { head: 'Second', number: true, cell: (row) => row.b?.toFixed(2) ?? '–' },
              {
                head: 'Difference',
                number: true,
                cell: ({ value, b }) => (b === null ? '–' : signed(b - value, (size) => size.toFixed(2))),
              },
            ]}
          />
        </Card>
      )}
      <Card title="Time and cost by task" flush>
        <DataTable
          label="Time and cost by task"
          rows={tasks}
          keyOf={({ taskId }) => taskId}
          empty={null}
          columns={[
            { head: 'Task', cell: ({ name }) => name },
            {
              head: 'First',
              number: true,
              cell: (row) => (row.a ? `${duration(row.a.ms)}, ${usd(row.a.usd)}` : '–'),
            },
            {
              head: 'Second',
              number: true,
              cell: (row) => (row.b ? `${duration(row.b.ms)}, ${usd(row.b.usd)}` : '–'),
            },
            {
              head: 'Time',
              number: true,
              cell: (row) =>
                row.a?.ms != null && row.b?.ms != null ? signed(row.b.ms - row.a.ms, duration) : '–',
            },
            {
              head: 'Cost',
              number: true,
              cell: (row) => (row.a && row.b ? signed(row.b.usd - row.a.usd, usd) : '–'),
            },
          ]}
        />
      </Card>
    </>
  );
}
