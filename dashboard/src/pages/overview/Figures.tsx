/** Five numbers that show whether anything needs attention. */
import { Popover, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { Sparkline } from '../../parts/charts/Sparkline';
import { duration, plural, usd } from '../../parts/quantities';
import { ErrorNotice } from '../../parts/page/ErrorNotice';
import classes from './Overview.module.css';

export function Figures({ days }: { days: Got<'/v1/metrics/cost'>['days'] | undefined }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['overview', 'summary'],
    queryFn: () => take(api.GET('/v1/metrics/summary')),
  });
  if (error && !data) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={92} radius={8} />;
  return (
    <dl className={classes.figures}>
      <Figure
        title="Running"
        value={
          <Link to="/executions" search={{ status: 'running' }}>
            {data.running.toLocaleString('en-US')}
          </Link>
        }
        note={data.running === 0 ? 'nothing now' : plural(data.running, 'execution')}
      />
      <Figure
        title="Queued"
        value={<Link to="/queue">{data.queued.toLocaleString('en-US')}</Link>}
        note={
          data.oldestWaitSeconds === null
            ? 'nothing is waiting'
            : `oldest waits ${duration(data.oldestWaitSeconds * 1_000)}`
        }
      />
      <Figure
        title="Failed, 24 h"
        tone={data.failed24h > 0 ? 'failed' : undefined}
        value={
          <Link to="/executions" search={{ status: 'failed' }}>
            {data.failed24h.toLocaleString('en-US')}
          </Link>
        }
        note={`of ${plural(data.executions24h, 'execution')}`}
      />
      <Figure
        title="Spend today"
        value={<Link to="/costs">{usd(data.spendTodayUsd)}</Link>}
        note={data.budgetUsd === null ? 'no monthly limit' : share(data.spendTodayUsd, data.budgetUsd)}
        aside={
          days && (
            <Sparkline
              label="Price by day, 14 days"
              points={days.map(({ priceUsd }) => Number(priceUsd))}
              show={usd}
            />
          )
        }
      />
      <Figure
        title="Idle cost avoided"
        tone={data.idleAvoidedUsd.startsWith('-') ? undefined : 'succeeded'}
        value={usd(data.idleAvoidedUsd)}
        note={<Method>{data.idleAvoidedMethod}</Method>}
      />
    </dl>
  );
}

const share = (spent: string, budget: string): string =>
  Number(budget) > 0
    ? `${Math.round((Number(spent) / Number(budget)) * 100)} % of ${usd(budget)} a month`
    : `of ${usd(budget)} a month`;

const Figure = ({
  title,
  value,
  note,
  tone,
  aside,
}: {
  title: string;
  value: React.ReactNode;
  note: React.ReactNode;
  tone?: 'failed' | 'succeeded' | undefined;
  aside?: React.ReactNode;
}) => (
  <div className={classes.figure}>
    <dt>{title}</dt>
    <dd className={classes.value} data-tone={tone}>
      {value}
      {aside}
    </dd>
    <dd className={classes.note}>{note}</dd>
  </div>
);

const Method = ({ children }: { children: string }) => (
  <Popover width={320} position="bottom-end" withArrow>
    <Popover.Target>
      <button type="button" className={classes.method}>
        How it is counted
      </button>
    </Popover.Target>
    <Popover.Dropdown>{children}</Popover.Dropdown>
  </Popover>
);
