/** The output of an execution, each kind in its own form, and its files. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { bytes } from '../../../parts/quantities';
import { useMay } from '../../../shell/session';
import { SyntheticBadge, SyntheticBanner } from '../../../parts/state/Synthetic';
import classes from '../Execution.module.css';
import { isOver, type Execution } from './view';
import { columnsOf, hasPae, kindOf, membersOf, predictionsOf, summaryOf } from './outputs';
import { fileOf, Value } from '../../../parts/code/Value';

const Structure = lazy(() =>
  import('../../../parts/structure/Structure').then((module) => ({ default: module.Structure })),
);

export function Output({
  execution,
  rank,
  onRank,
}: {
  execution: Execution;
  rank: number;
  onRank: (rank: number) => void;
}) {
  const { id, output, status, synthetic } = execution;
  const may = useMay();
  const artifacts = useQuery({
    queryKey: ['execution', id, 'artifacts'],
    queryFn: () => take(api.GET('/v1/executions/{id}/artifacts', { params: { path: { id } } })),
    enabled: may.payloads,
  });
  const [best, ...others] = useMemo(() => predictionsOf(output), [output]);
  // A task that passes a file on lists it again.
  const files = [
    ...new Map(
      (artifacts.data?.items ?? []).toReversed().map((file) => [`${file.name} ${file.sha256}`, file]),
    ).values(),
  ].toReversed();
  const paeHref = useMemo(
    () => (hasPae(output) ? (of: number) => `/v1/executions/${id}/pae?rank=${of}` : null),
    [output, id],
  );
  return (
    <>
      {synthetic && <SyntheticBanner />}
      {best && (
        <Suspense
          fallback={
            <Card>
              <Skeleton height={440} />
            </Card>
          }
        >
          <Structure
            predictions={[best, ...others]}
            rank={rank}
            onRank={onRank}
            paeHref={paeHref}
            files={files}
            summary={summaryOf(output)}
            isSynthetic={synthetic}
          />
        </Suspense>
      )}
      {!best &&
        (output === null || output === undefined ? (
          <Card title="Output">
            <Empty>
              {!may.payloads
                ? 'Only its tenant can see the output. Your role can see how it ran.'
                : isOver(status)
                  ? 'This execution has no output. Its tasks above show how far it got.'
                  : 'There is no output yet. It appears here when the last task has ended.'}
            </Empty>
          </Card>
        ) : (
          <Plain of={output} />
        ))}
      {(files.length > 0 || artifacts.error) && (
        <Card
          title="Files"
          actions={
            <a className="plain" href={`/v1/executions/${id}/archive`} download>
              Download all (zip)
            </a>
          }
          flush
        >
          <DataTable
            label="Files"
            rows={files}
            error={artifacts.error}
            retry={() => void artifacts.refetch()}
            keyOf={({ sha256, name }) => `${name} ${sha256}`}
            empty={null}
            columns={[
              {
                head: 'Name',
                cell: ({ name, href, synthetic }) => (
                  <>
                    <a className="plain mono" href={href} download={name}>
                      {name}
                    </a>{' '}
                    {synthetic && <SyntheticBadge />}
                  </>
                ),
              },
              {
                head: 'Made by',
                cell: ({ taskId }) => execution.tasks.find((task) => task.taskId === taskId)?.name ?? taskId,
              },
              { head: 'Kind', wide: true, cell: ({ mediaType }) => <code>{mediaType}</code> },
              { head: 'Size', number: true, cell: ({ size }) => bytes(size) },
              {
                head: 'SHA-256',
                wide: true,
                cell: ({ sha256 }) => <code title={sha256}>{sha256.slice(0, 12)}</code>,
              },
            ]}
          />
        </Card>
      )}
    </>
  );
}

/** An object's members each in their own form; any other value as a whole. */
function Plain({ of: output }: { of: unknown }) {
  const members: [string, unknown][] =
    kindOf(output) === 'json' && output !== null && typeof output === 'object' && !Array.isArray(output)
      ? membersOf(output)
      : [['Output', output]];
  return (
    <>
      {members.map(([name, value]) => (
        <Card key={name} title={name} flush={kindOf(value) === 'table'}>
          <Member name={name} of={value} />
        </Card>
      ))}
    </>
  );
}

function Member({ name, of: value }: { name: string; of: unknown }) {
  const file = fileOf(value);
  switch (kindOf(value)) {
    case 'nothing':
      return <span className="faint">Nothing</span>;
    case 'image':
      return (
        file && (
          <a href={file.href} download={file.name}>
            <img className={classes.image} src={file.href} alt={`${name}: ${file.name}`} />
          </a>
        )
      );
    case 'text':
      return <p className={classes.text}>{String(value)}</p>;
    case 'table':
      return <Rows name={name} rows={value as Record<string, unknown>[]} />;
    default:
      return <Value of={value} />;
  }
}

const MOST = 500;

function Rows({ name, rows }: { name: string; rows: readonly Record<string, unknown>[] }) {
  const shown = rows.slice(0, MOST).map((row, at) => ({ row, at }));
  return (
    <>
      <DataTable
        label={name}
        rows={shown}
        keyOf={({ at }) => String(at)}
        empty={null}
        columns={columnsOf(name, rows).map(({ key, head }): Column<(typeof shown)[number]> => ({
          head,
          number: rows.every((row) => typeof (row[key] ?? 0) === 'number'),
          cell: ({ row }) =>
            fileOf(row[key]) ? (
              <Value of={row[key]} />
            ) : row[key] === null || row[key] === undefined ? (
              <span className="faint">–</span>
            ) : (
              <Plainly of={row[key]} />
            ),
        }))}
      />
      {rows.length > MOST && (
        <p className="faint" style={{ padding: '0 20px' }}>
          The first {MOST} of {rows.length.toLocaleString('en-US')} rows; the API has all.
        </p>
      )}
    </>
  );
}

const Plainly = ({ of: value }: { of: unknown }) =>
  typeof value === 'string' ? value : JSON.stringify(value);
