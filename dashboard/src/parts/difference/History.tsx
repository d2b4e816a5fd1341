/** The history of changes, newest first. A version can be restored. */
import { Button, Group, Modal, Skeleton } from '@mantine/core';
import { useState } from 'react';
import type { components } from '../../api/contract';
import { Empty } from '../page/Empty';
import { ago, utc } from '../quantities';
import { ErrorNotice } from '../page/ErrorNotice';
import { Difference } from './Difference';
import classes from './Difference.module.css';

export type Entry = components['schemas']['HistoryEntry'];

export function History({
  entries,
  present,
  error,
  retry,
  more,
  restore,
  labelOf,
}: {
  entries: readonly Entry[] | undefined;
  present?: number;
  error?: unknown;
  retry?: () => void;
  more?: { fetch: () => void; busy: boolean } | null;
  restore?: { run: (version: number) => void; busy: boolean } | undefined;
  labelOf?: (path: string) => string;
}) {
  const [chosen, setChosen] = useState<number | null>(null);
  if (error) return <ErrorNotice error={error} {...(retry && { retry })} />;
  if (!entries)
    return (
      <div className={classes.rail} aria-busy>
        <Skeleton height={14} />
        <Skeleton height={14} width="70%" />
        <Skeleton height={14} width="40%" />
      </div>
    );
  if (entries.length === 0)
    return <Empty>Nothing has been changed yet. Every change will appear here with its author.</Empty>;
  return (
    <>
      <ol className={classes.history}>
        {entries.map(({ id, at, actor, actorName, requestId, summary, changes, version }) => (
          <li key={id}>
            <div className={classes.entry}>
              <div>
                <p>
                  <strong>{summary}</strong> by {actorName ?? actor ?? 'Radiant'}
                  {version === present && present !== undefined && (
                    <span className="faint"> · as it is now</span>
                  )}
                </p>
                <p className={classes.when}>
                  <time dateTime={at} title={utc(at)}>
                    {ago(at)}, {utc(at)}
                  </time>
                  {version !== null && ` · version ${version}`}
                  {requestId && (
                    <>
                      {' '}
                      · request <span className="mono">{requestId}</span>
                    </>
                  )}
                </p>
              </div>
              {restore && version !== null && version !== present && (
                <Button onClick={() => setChosen(version)}>Restore version {version}</Button>
              )}
            </div>
            {changes.length > 0 && (
              <Difference changes={changes} {...(labelOf && { labelOf })} label={`Changes of ${utc(at)}`} />
            )}
          </li>
        ))}
      </ol>
      {more && (
        <Group justify="center" p={12}>
          <Button onClick={more.fetch} loading={more.busy}>
            Show more
          </Button>
        </Group>
      )}
      <Modal
        opened={chosen !== null}
        onClose={() => setChosen(null)}
        title={`Restore version ${chosen ?? ''}?`}
      >
        <p>Its fields are saved as a new version. The history is kept.</p>
        <Group justify="flex-end" gap={8}>
          <Button onClick={() => setChosen(null)}>Cancel</Button>
          <Button
            variant="filled"
            loading={restore?.busy ?? false}
            data-autofocus
            onClick={() => {
              if (chosen !== null) restore?.run(chosen);
              setChosen(null);
            }}
          >
            Restore version {chosen}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
