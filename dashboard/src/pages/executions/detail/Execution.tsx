/** The page of one execution: state, cost, output and licences. */
import { Alert, Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { Link, getRouteApi } from '@tanstack/react-router';
import { livePause, useLivePaused } from '../../../api/live';
import { Page } from '../../../parts/page/Page';
import { ago, clock, utc } from '../../../parts/quantities';
import { compact } from '../../../parts/address';
import { shownStatus } from '../../../parts/state/shownStatus';
import { State } from '../../../parts/state/State';
import { SyntheticBadge } from '../../../parts/state/Synthetic';
import { Absent } from '../../../parts/page/Absent';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { Actions } from './Actions';
import { Attributions } from './Attributions';
import { Events } from './Events';
import { factsOf } from './Facts';
import classes from '../Execution.module.css';
import { Inspector } from './task/Inspector';
import { CLOSED, isOver, openOn } from './view';
import { Output } from './Output';
import { Input, Parameters } from './Parameters';
import { TABS } from '../tabs';
import { Tasks } from './Tasks';
import { definedOf, useDefinition, useExecution, useExpected, useNews, useNow } from './queries';

const route = getRouteApi('/executions/$id');

export default function Execution() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: execution, error, refetch } = useExecution(id);
  const definition = useDefinition(execution);
  const defined = definedOf(definition.data);
  const expected = useExpected(execution);
  const news = useNews(execution);
  const now = useNow(execution !== undefined && !isOver(execution.status));
  const trail = (
    <>
      <Link to="/executions" className="plain">
        Executions
      </Link>{' '}
      / <span className="mono">{id.slice(0, 8)}</span>
    </>
  );
  if (!execution) {
    return (
      <Page title="Execution" trail={trail}>
        {error ? (
          <Absent error={error} retry={() => void refetch()} what="execution" id={id} list="/executions" />
        ) : (
          <Skeleton height={320} radius={8} />
        )}
      </Page>
    );
  }
  const selected = openOn(execution, search.task);
  const tab = search.tab ?? 'output';
  const set = (more: { [K in keyof typeof search]?: (typeof search)[K] | undefined }) =>
    void navigate({ search: (before) => compact({ ...before, ...more }), replace: true, resetScroll: false });
  const select = (task: string) => set({ task });

  return (
    <Page
      title={execution.name ?? definition.data?.name ?? execution.workflowId}
      trail={trail}
      state={
        <>
          <State of={shownStatus(execution)} /> {execution.synthetic && <SyntheticBadge />}
        </>
      }
      actions={
        <>
          <LiveButton isLive={!isOver(execution.status)} />
          <Actions execution={execution} selected={selected} />
        </>
      }
      facts={factsOf(execution, now)}
    >
      <div className="visually-hidden" role="status" aria-live="polite">
        {news}
      </div>
      {error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {execution.waiting && (
        <p className={classes.waiting}>
          <State of="waiting" plain>
            {execution.waiting.reason}
          </State>
          <span className="faint" title={utc(execution.waiting.since)}>
            {' '}
            since {clock(execution.waiting.since)}
            {execution.waiting.expectedStart && (
              <>, expected to start {ago(execution.waiting.expectedStart, now)}</>
            )}
            {execution.waiting.failsAt && (
              <span title={utc(execution.waiting.failsAt)}>
                , given up {ago(execution.waiting.failsAt, now)} if nothing changes
              </span>
            )}
          </span>
        </p>
      )}
      {execution.error && (
        <Alert
          color="red"
          variant="outline"
          role="alert"
          title={<span className="mono">{execution.error.code}</span>}
        >
          {execution.error.message}
        </Alert>
      )}
      <Tasks
        execution={execution}
        defined={defined}
        expected={expected}
        now={now}
        selected={selected}
        onSelect={select}
        overlay={search.overlay ?? 'status'}
        onOverlay={(overlay) => set({ overlay })}
      />
      {selected !== null && (
        <Inspector
          execution={execution}
          selected={selected}
          onSelect={select}
          onClose={() => set({ task: CLOSED })}
        />
      )}
      <SegmentedControl
        className={classes.tabs}
        aria-label="Part of the execution"
        size="xs"
        value={tab}
        onChange={(value) => set({ tab: TABS.find((one) => one === value) })}
        data={TABS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
      />
      {tab === 'output' && (
        <Output
          execution={execution}
          rank={Number(search.rank ?? 1)}
          onRank={(rank) => set({ rank: String(rank) })}
        />
      )}
      {tab === 'input' && <Input execution={execution} />}
      {tab === 'parameters' && <Parameters execution={execution} definition={definition.data} />}
      {tab === 'events' && <Events execution={execution} />}
      {tab === 'attributions' && <Attributions id={execution.id} status={execution.status} />}
    </Page>
  );
}

function LiveButton({ isLive }: { isLive: boolean }) {
  const isPaused = useLivePaused();
  if (!isLive) return null;
  return (
    <Button
      onClick={() => livePause.toggle()}
      aria-pressed={isPaused}
      leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
    >
      {isPaused ? 'Resume updates' : 'Pause updates'}
    </Button>
  );
}
